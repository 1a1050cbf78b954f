"""Walking a merged list by the page gives exactly the whole list, whatever the page size and the server."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.branch_databases import BranchDatabases
from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord, Standing
from gateway.domain.debt import Debt, DebtPosition, DebtsOfPerson, DebtsOfWorkshop
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.insurance import InsuranceKind

SARA = NationalId("0013542419")
MINA = NationalId("1278450939")
WORKSHOPS = ("0070012345", "0960000001", "")
KINDS = list(InsuranceKind)

# Few values each, so that ties and duplicates abound.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["0070", "0960"]),
        st.sampled_from([98, 99, 0, 1]),
        st.integers(1, 3),
        st.sampled_from(WORKSHOPS),
        st.sampled_from([29, 30]),
        st.sampled_from([100, 200]),
    ),
    max_size=40,
)


async def fill(stand: Any, rows: Sequence[tuple[str, int, int, str, int, int]]) -> None:
    for number, (branch, year, month, workshop, days, wage) in enumerate(rows):
        person = SARA.digits if branch == "0070" else SARA.digits.lstrip("0")
        row = {
            "rec_id": number,
            "dsw_yy": year,
            "dsw_mm": month,
            "dsw_dd": days,
            "dsw_mash": wage,
            "per_natcod": person,
        }
        if workshop:
            await stand.branches[branch].write("dskwor00", row | {"dsw_id": workshop})
        else:
            await stand.branches[branch].write("spcwor00", row)


def expected(rows: Sequence[tuple[str, int, int, str, int, int]]) -> list[tuple[int, str, str, int, Standing]]:
    """Written from the page on the wire, one step after the other."""
    ordered = []
    for number, (branch, year, month, workshop, days, wage) in enumerate(rows):
        full = year + (1400 if year < 50 else 1300)
        ordered.append((-(full * 12 + month - 1), workshop, branch, number, (days, wage)))
    seen, told = set(), []
    for month, workshop, branch, number, said in sorted(ordered):
        standing = Standing.DUPLICATE if (month, workshop, said) in seen else Standing.COUNTED
        seen.add((month, workshop, said))
        told.append((-month, workshop, branch, number, standing))
    return told


async def walk(databases: BranchDatabases, first: int, **narrowed: Any) -> list[ContributionRecord]:
    records: list[ContributionRecord] = []
    after = None
    while True:
        query = ContributionQuery(person=SARA, first=first, after=after, **narrowed)
        page = (await databases.contribution_pages([query]))[query].value  # type: ignore[union-attr]
        assert len(page.items) <= first
        records += page.items
        if not page.has_next:
            return records
        last = page.items[-1]
        after = ContributionPosition(
            month=last.month,
            workshop=last.workshop.digits if last.workshop else "",
            branch=last.branch,
            record_id=last.record_id,
        )


def told(records: Sequence[ContributionRecord]) -> list[tuple[int, str, str, int, Standing]]:
    return [
        (r.month.ordinal, r.workshop.digits if r.workshop else "", r.branch.digits, r.record_id, r.standing)
        for r in records
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 7))
async def test_any_walk_gives_the_whole_list_with_the_same_standing(
    stand: Any, rows: list[tuple[str, int, int, str, int, int]], first: int
) -> None:
    for books in (stand.directory, *stand.branches.values()):
        for table in ("dskwor00", "spcwor00", "insured_branch"):
            await books.run(f"DELETE FROM {table}")  # noqa: S608 - our own names
    await stand.holds(SARA, "0070", "0960")
    await fill(stand, rows)
    async with stand.open() as databases:
        assert told(await walk(databases, first)) == expected(rows)


@pytest.mark.parametrize("first", [1, 3, 8, 100])
async def test_a_walk_is_whole_on_each_server(each_stand: Any, first: int) -> None:
    random_ = random.Random(7)
    rows = [
        (
            random_.choice(["0070", "0960"]),
            random_.choice([98, 99, 0]),
            random_.randint(1, 2),
            random_.choice(WORKSHOPS),
            random_.choice([29, 30]),
            random_.choice([100, 200]),
        )
        for _ in range(40)
    ]
    await each_stand.holds(SARA, "0070", "0960")
    await fill(each_stand, rows)
    async with each_stand.open() as databases:
        assert told(await walk(databases, first)) == expected(rows)


async def test_pages_are_narrowed_by_month_and_kind(stand: Any) -> None:
    await stand.holds(SARA, "0070")
    await fill(stand, [("0070", 99, m, w, 30, 100) for m in range(1, 7) for w in WORKSHOPS])
    async with stand.open() as databases:
        months = await walk(databases, 2, since=YearMonth(1399, 2), until=YearMonth(1399, 3))
        special = await walk(databases, 2, kind=InsuranceKind.VOLUNTARY)
        listed = await walk(databases, 5, kind=InsuranceKind.COMPULSORY, since=YearMonth(1399, 6))
    assert [(r.month.month, r.workshop is None) for r in months] == [
        (m, w) for m in (3, 2) for w in (True, False, False)
    ]
    assert {r.kind for r in special} == {InsuranceKind.VOLUNTARY}
    assert len(special) == 6
    assert [r.month.month for r in listed] == [6, 6]


async def test_a_batch_of_different_pages_answers_each_by_its_own_arguments(stand: Any) -> None:
    await stand.holds(SARA, "0070")
    await stand.holds(MINA, "0070")
    await fill(stand, [("0070", 99, m, WORKSHOPS[0], 30, 100) for m in range(1, 7)])
    one, two = ContributionQuery(person=SARA, first=1), ContributionQuery(person=SARA, first=2)
    other = ContributionQuery(person=MINA, first=1)
    async with stand.open() as databases:
        answer = await databases.contribution_pages([one, two, other])
    assert {query: len(answer[query].value.items) for query in answer} == {one: 1, two: 2, other: 0}


@pytest.mark.parametrize("first", [1, 2, 5, 50])
async def test_a_walk_over_debts_is_whole_on_each_server(each_stand: Any, first: int) -> None:
    random_ = random.Random(3)
    await each_stand.holds(SARA, "0070", "0960")
    rows = []
    for number in range(1, 25):
        branch, issued = random_.choice(["0070", "0960"]), random_.choice(["14000101", "14000102", "null", "13991200"])
        code = SARA.digits if branch == "0070" else "13542419"
        debit = {"debit_no": f"{number:012}", "debtor_natcod": code, "wshid": "0070012345", "order_date": issued}
        await each_stand.branches[branch].write("debit", debit)
        rows.append((-int(issued.replace("null", "0")), branch, f"{number:012}"))
    debts: list[Debt] = []
    after = None
    async with each_stand.open() as databases:
        while True:
            query = DebtsOfPerson(person=SARA, first=first, after=after)
            page = (await databases.debt_pages_by_person([query]))[query].value
            debts += page.items
            if not page.has_next:
                break
            last = debts[-1]
            issued_on = int(last.issued.jalali.replace("-", "").ljust(8, "0")) if last.issued else 0
            after = DebtPosition(issued=issued_on, branch=last.branch, number=last.number)
        workshop = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0960"))
        of_workshop = DebtsOfWorkshop(workshop=workshop, first=100)
        page = (await databases.debt_pages_by_workshop([of_workshop]))[of_workshop].value
    assert [(debt.branch.digits, debt.number) for debt in debts] == [row[1:] for row in sorted(rows)]
    assert [debt.number for debt in page.items] == [row[2] for row in sorted(rows) if row[1] == "0960"]
