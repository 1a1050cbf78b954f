"""How the statements read and what PostgreSQL makes of them."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.branch_databases.wire import contributions, debts, questions
from adapters.branch_databases.wire.spelling import among


def dialect_of(name: str) -> Dialect:
    dialect: Dialect = registry.load(name)()
    return dialect


BY_PERSON = {
    "dskwor00": contributions.CONTRIBUTION_PAGES,
    "DSKWOR00": contributions.CONTRIBUTION_SUMS,
    "insured": questions.INSURANCES,
    "bail": questions.DEPENDENTS,
    "pensioner": questions.PENSIONS,
    "debit": debts.DEBTS_OF_PERSONS,
}


@pytest.mark.parametrize("table", BY_PERSON)
def test_the_main_table_is_named_first(table: str) -> None:
    text = str(BY_PERSON[table].compile(dialect=dialect_of("postgresql.asyncpg")))
    found = re.search(r"FROM\s+(\w+)", text)
    assert found is not None
    assert found[1] == table.lower()


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("postgresql.asyncpg", ["0012", "34", "12"]),
        ("sqlite", '["0012", "34", "12", "0012  ", "34    ", "12    "]'),
        ("mysql", ("0012", "34", "12")),
    ],
)
def test_codes_are_asked_for_in_each_spelling_and_padding(name: str, given: object) -> None:
    clause = among(sa.column("code", sa.String()), "codes", 6, zeros=True)
    dialect = dialect_of(name)
    type_: Any = clause.compile(dialect=dialect).binds["codes"].type
    assert type_.process_bind_param(["0012", "34"], dialect) == given


async def test_postgresql_finds_persons_by_their_index(postgresql_stand: Any) -> None:
    books = postgresql_stand.branches["0070"]
    await books.run(
        "INSERT INTO dskwor00 (rec_id, dsw_id, dsw_yy, dsw_mm, dsw_dd, dsw_mash, dsw_bime, per_natcod)"
        " SELECT n, '0070012345', 99, 1, 30, 100, 7, lpad((n / 10)::text, 10, '0') FROM generate_series(1, 20000) n"
    )
    await books.run("ANALYZE")
    engine = create_async_engine(books.url.replace("postgresql:", "postgresql+asyncpg:"))
    explained: list[str] = []

    @sa.event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def explain(_c: object, _k: object, statement: str, parameters: object, *_: object) -> tuple[str, object]:
        return f"EXPLAIN {statement}", parameters

    async with engine.connect() as connection:
        for statement in (contributions.CONTRIBUTION_PAGES, contributions.CONTRIBUTION_SUMS):
            arguments: dict[str, object] = {"codes": ["0000000007", "0000000008"]}
            if statement is contributions.CONTRIBUTION_PAGES:
                arguments |= {"pivot": 49, "since": 0, "until": 999_999, "kind": -1, "rows_wanted": 21}
                arguments |= {"after_month": 999_999, "after_place": "", "after_record": -1}
            plan = await connection.execute(statement, arguments)
            explained.append("\n".join(row[0] for row in plan))
    await engine.dispose()
    for plan_text in explained:
        assert "dskwor00_person" in plan_text
        assert "Seq Scan on dskwor00" not in plan_text
