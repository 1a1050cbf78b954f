"""Cycles and their cases in their tables. What is written goes into the transaction of the run's step."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.calendar import YearMonth
from gateway.requests.cycles.case import EFFECTIVE, Case, Outcome
from gateway.requests.cycles.tables import CASES, CURSORS, CYCLES
from gateway.requests.database import Database, microseconds
from gateway.requests.sealing import Sealing
from gateway.stores.engines import INSERT

IDS_A_STATEMENT = 500
LONGEST_RULES = 512
EARLIEST = YearMonth(1200, 1)


class Cycle(msgspec.Struct, frozen=True, kw_only=True):
    """`since` is the first month whose events count; `runs` counts how often it was begun or taken up again."""

    kind: str
    month: YearMonth
    since: YearMonth
    runs: int
    over: bool

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.month}"

    @property
    def run(self) -> str:
        """The id of its present run."""
        return f"cycle:{self.name}:{self.runs}"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Of one cycle; nobody is named in it. `rules` counts by outcome and rule."""

    cycle: str
    over: bool
    gathered: int
    waiting: int
    outcomes: Mapping[str, int]
    rules: Mapping[tuple[str, str], int]
    effects: Mapping[str, int]
    told: Mapping[str, int]
    amount: int


class CycleBook:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def cycle(self, name: str) -> Cycle | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(CYCLES).where(CYCLES.c.name == name))).first()
        if row is None:
            return None
        return Cycle(
            kind=row.kind,
            month=YearMonth.parse(row.month),
            since=YearMonth.parse(row.since),
            runs=row.runs,
            over=row.over_at is not None,
        )

    async def add(self, connection: AsyncConnection, cycle: Cycle, now: datetime.datetime) -> None:
        """Raises IntegrityError where it is there already.

        Only the first of its kind passes over what was registered before its `since`: for any later one, what no cycle
        has read yet counts, however late it was registered.
        """
        earlier = sa.select(CYCLES.c.name).where(CYCLES.c.kind == cycle.kind).limit(1)
        is_first = (await connection.execute(earlier)).first() is None
        await connection.execute(
            sa.insert(CYCLES).values(
                name=cycle.name,
                kind=cycle.kind,
                month=str(cycle.month),
                since=str(cycle.since if is_first else EARLIEST),
                runs=cycle.runs,
                begun_at=microseconds(now),
            )
        )

    async def take_up_again(self, connection: AsyncConnection, cycle: Cycle) -> None:
        """Whoever could not be read is to be assessed once more. Raises LookupError where somebody else did it."""
        mine = (CYCLES.c.name == cycle.name) & (CYCLES.c.runs == cycle.runs) & CYCLES.c.over_at.is_not(None)
        changed = sa.update(CYCLES).where(mine).values(runs=cycle.runs + 1, over_at=None)
        if (await connection.execute(changed)).rowcount != 1:
            raise LookupError("taken up by another")
        unread = (CASES.c.cycle == cycle.name) & (CASES.c.outcome == Outcome.UNREAD.value)
        await connection.execute(sa.update(CASES).where(unread).values(outcome=None, attempt=0, rules=""))

    async def close(self, connection: AsyncConnection, cycle: Cycle, now: datetime.datetime) -> None:
        closed = sa.update(CYCLES).where(CYCLES.c.name == cycle.name).values(over_at=microseconds(now))
        await connection.execute(closed)

    async def cursor(self, kind: str) -> int:
        """The sequence up to which the feed was read; 0 at first."""
        async with self._database.reading() as connection:
            found = (
                await connection.execute(sa.select(CURSORS.c.sequence).where(CURSORS.c.kind == kind))
            ).scalar_one_or_none()
        return int(found or 0)

    async def gather(
        self, connection: AsyncConnection, cycle: Cycle, cases: Sequence[tuple[str, Case]], read: int, now_at: int
    ) -> None:
        """Cases with what makes each of them one, and where the feed was read from and to.

        Raises LookupError where the feed has been read on since: then nothing is written.
        """
        if read == 0:
            await connection.execute(
                INSERT[connection.dialect.name](CURSORS).values(kind=cycle.kind, sequence=0).on_conflict_do_nothing()
            )
        moved = sa.update(CURSORS).where(CURSORS.c.kind == cycle.kind, CURSORS.c.sequence == read)
        if (await connection.execute(moved.values(sequence=now_at))).rowcount != 1:
            raise LookupError("the feed was read on by another")
        known = await self._known(connection, [once for once, _ in cases])
        rows = [
            {
                "id": case.id,
                "cycle": cycle.name,
                "owner": self._sealing.owner(case.person),
                "registered": str(YearMonth(case.registered_on.year, case.registered_on.month or 1)),
                "attempt": 0,
                "rules": "",
                "sealed": self._sealing.seal_record(case, case.id),
            }
            for once, case in cases
            if once not in known
        ]
        if rows:
            insert = INSERT[connection.dialect.name](CASES).on_conflict_do_nothing()
            await connection.execute(insert, rows)

    def id_of(self, once: str) -> str:
        return self._sealing.hashed("cycle case", once)

    async def to_assess(self, cycle: Cycle, most: int) -> list[tuple[Case, int]]:
        """Those not assessed yet, with how often it was tried; whoever was tried least comes first."""
        chosen = CASES.c.outcome.is_(None) & (CASES.c.cycle == cycle.name)
        asked = sa.select(CASES.c.id, CASES.c.sealed, CASES.c.attempt).where(chosen)
        async with self._database.reading() as connection:
            rows = await connection.execute(asked.order_by(CASES.c.attempt, CASES.c.registered, CASES.c.id).limit(most))
        return [(self._opened(row), row.attempt) for row in rows]

    async def to_carry_out(self, cycle: Cycle, most: int) -> list[Case]:
        return await self._effective(cycle, CASES.c.effect.is_(None), most)

    async def to_tell(self, cycle: Cycle, most: int) -> list[Case]:
        return await self._effective(cycle, CASES.c.effect.is_not(None) & CASES.c.told.is_(None), most)

    async def granted(self, names: Iterable[str]) -> set[str]:
        """Which of these were granted before; whatever key they were written under."""
        found: set[str] = set()
        for hidden, name in self._all_names("cycle grant", names):
            async with self._database.reading() as connection:
                rows = await connection.execute(sa.select(CASES.c.granted_as).where(CASES.c.granted_as.in_(hidden)))
                found |= {name[row.granted_as] for row in rows}
        return found

    async def write(
        self,
        connection: AsyncConnection,
        changes: Iterable[tuple[Case, dict[str, Any]]],
        grants: Mapping[str, str] | None = None,
    ) -> None:
        """The cases as they are now, and columns beside them. `grants`: what is granted once, by the case's id."""
        for case, columns in changes:
            values = columns | {"sealed": self._sealing.seal_record(case, case.id)}
            if grants and case.id in grants:
                values["granted_as"] = self._sealing.hashed("cycle grant", grants[case.id])
            await connection.execute(sa.update(CASES).where(CASES.c.id == case.id).values(values))

    async def tried(self, connection: AsyncConnection, cases: Iterable[Case]) -> None:
        ids = [case.id for case in cases]
        for start in range(0, len(ids), IDS_A_STATEMENT):
            some = CASES.c.id.in_(ids[start : start + IDS_A_STATEMENT])
            await connection.execute(sa.update(CASES).where(some).values(attempt=CASES.c.attempt + 1))

    async def report(self, cycle: Cycle, *, brief: bool = False) -> Report:
        """`brief` leaves rules and amount out: an index answers it, so that it can be asked while the cycle runs."""
        columns: tuple[Any, ...] = (CASES.c.outcome, CASES.c.effect, CASES.c.told)
        figures: tuple[Any, ...] = (sa.func.count().label("persons"),)
        if brief:
            figures += (sa.literal("").label("rules"), sa.literal(0).label("amount"))
        else:
            columns += (CASES.c.rules,)
            figures += (sa.func.sum(CASES.c.amount).label("amount"),)
        counted = sa.select(*columns, *figures)
        async with self._database.reading() as connection:
            rows = (await connection.execute(counted.where(CASES.c.cycle == cycle.name).group_by(*columns))).all()
        outcomes: Counter[str] = Counter()
        rules: Counter[tuple[str, str]] = Counter()
        effects: Counter[str] = Counter()
        told: Counter[str] = Counter()
        waiting = amount = 0
        for row in rows:
            if row.outcome is None:
                waiting += row.persons
                continue
            outcomes[row.outcome] += row.persons
            for rule in filter(None, row.rules.split(" ")):
                rules[row.outcome, rule] += row.persons
            if row.outcome in _EFFECTIVE:
                effects[row.effect or "WAITING"] += row.persons
                told[row.told or "WAITING"] += row.persons
                amount += int(row.amount or 0)
        return Report(
            cycle=cycle.name,
            over=cycle.over,
            gathered=sum(row.persons for row in rows),
            waiting=waiting,
            outcomes=dict(sorted(outcomes.items())),
            rules=dict(sorted(rules.items())),
            effects=dict(sorted(effects.items())),
            told=dict(sorted(told.items())),
            amount=amount,
        )

    async def persons(self, cycle: Cycle) -> list[tuple[str, str, str]]:
        """Each under a keyed hash, with outcome and rules; by hash, so that the order tells nothing."""
        asked = sa.select(CASES.c.owner, CASES.c.outcome, CASES.c.rules).where(CASES.c.cycle == cycle.name)
        async with self._database.reading() as connection:
            rows = await connection.execute(asked.order_by(CASES.c.owner, CASES.c.id))
        return [(row.owner, row.outcome or "WAITING", row.rules) for row in rows]

    async def _effective(self, cycle: Cycle, condition: sa.ColumnElement[bool], most: int) -> list[Case]:
        chosen = (CASES.c.cycle == cycle.name) & CASES.c.outcome.in_(_EFFECTIVE) & condition
        asked = sa.select(CASES.c.id, CASES.c.sealed).where(chosen).order_by(CASES.c.attempt, CASES.c.id).limit(most)
        async with self._database.reading() as connection:
            rows = await connection.execute(asked)
        return [self._opened(row) for row in rows]

    async def _known(self, connection: AsyncConnection, onces: Sequence[str]) -> set[str]:
        """Which were gathered before, under a former key: under today's the table's own key tells."""
        found: set[str] = set()
        for hidden, name in self._all_names("cycle case", onces):
            rows = await connection.execute(sa.select(CASES.c.id).where(CASES.c.id.in_(hidden)))
            found |= {name[row.id] for row in rows}
        return found

    def _all_names(self, kind: str, texts: Iterable[str]) -> Iterable[tuple[list[str], dict[str, str]]]:
        """Their names under every key, some at a time, and what each stands for."""
        name = {hidden: text for text in texts for hidden in self._sealing.all_hashed(kind, text)}
        every = list(name)
        for start in range(0, len(every), IDS_A_STATEMENT):
            yield every[start : start + IDS_A_STATEMENT], name

    def _opened(self, row: Any) -> Case:
        return self._sealing.open_record(row.sealed, row.id, Case)


_EFFECTIVE = tuple(outcome.value for outcome in EFFECTIVE)


def rules_of(names: Iterable[str]) -> str:
    """As the table has them."""
    return " ".join(sorted(set(names)))[:LONGEST_RULES]
