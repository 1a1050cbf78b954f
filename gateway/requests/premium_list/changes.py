"""When a premium list changed the contributions of its workers, for the gateway's memory.

Most of the time no list has: then nobody is looked up. A file is looked into at once for that, a server is asked by all
who want to know beside each other, so that a list which is in shows in the next query on every replica.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.contribution import ContributionQuery
from gateway.domain.identifiers import NationalId
from gateway.loading.gathering import Gathering
from gateway.requests.database import Database, StoreUnavailable, microseconds, moment_of
from gateway.requests.premium_list.tables import CHANGES
from gateway.requests.sealing import Sealing
from gateway.stores.engines import INSERT

A_STATEMENT = 500
_NEWEST = f"SELECT max(at) FROM {CHANGES.name}"  # noqa: S608 - a name of ours


class ListChanges:
    """`longest` is how long contributions are remembered: older changes are of no interest."""

    def __init__(self, database: Database, sealing: Sealing, clock: Clock, longest: datetime.timedelta) -> None:
        self._database, self._sealing, self._clock, self._longest = database, sealing, clock, longest
        self._together: Gathering[str, int | None] = Gathering(self._asked)

    def at_hand(self, keys: Sequence[object], /) -> Mapping[Any, datetime.datetime] | None:
        """Nobody, where no list has lately changed anything; else each has to be looked up."""
        newest = self._database.glance(_NEWEST, [()])
        return None if newest is None or self._is_recent(newest[0]) else {}

    async def __call__(self, persons: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime]:
        """Those whom a list ever named, lately. Never raises: with a store that is down, all have changed just now."""
        try:
            (newest,) = await self._together.ask([_NEWEST])
            return await self._of(set(persons)) if self._is_recent(newest) else {}
        except StoreUnavailable:
            return dict.fromkeys(persons, self._clock.now())

    def by_query(self) -> "_ByQuery":
        """The same, of questions about persons."""
        return _ByQuery(self)

    async def note(self, connection: AsyncConnection, persons: Iterable[NationalId], now: datetime.datetime) -> None:
        """In the transaction that says that a branch has the list."""
        moment = microseconds(now)
        insert = INSERT[connection.dialect.name](CHANGES)
        row = insert.on_conflict_do_update(index_elements=["owner"], set_={"at": insert.excluded.at})
        owners = sorted({self._sealing.owner(person) for person in persons})
        for start in range(0, len(owners), A_STATEMENT):
            some = [{"owner": owner, "at": moment} for owner in owners[start : start + A_STATEMENT]]
            await connection.execute(row, some)

    def _is_recent(self, newest: int | None) -> bool:
        return (newest or 0) >= microseconds(self._clock.now() - self._longest)

    async def _asked(self, questions: Sequence[str]) -> list[int | None]:
        """All ask the same."""
        async with self._database.reading() as connection:
            newest: int | None = (await connection.execute(sa.text(_NEWEST))).scalar_one()
        return [newest] * len(questions)

    async def _of(self, persons: set[NationalId]) -> dict[NationalId, datetime.datetime]:
        names = {name: person for person in persons for name in self._sealing.owners(person)}
        found: dict[NationalId, datetime.datetime] = {}
        asked = list(names)
        async with self._database.reading() as connection:
            for start in range(0, len(asked), A_STATEMENT):
                chosen = sa.select(CHANGES.c.owner, CHANGES.c.at).where(
                    CHANGES.c.owner.in_(asked[start : start + A_STATEMENT])
                )
                found |= {names[owner]: moment_of(at) for owner, at in await connection.execute(chosen)}
        return found


class _ByQuery:
    def __init__(self, changes: ListChanges) -> None:
        self._changes = changes
        self.at_hand = changes.at_hand

    async def __call__(self, queries: Sequence[ContributionQuery], /) -> Mapping[ContributionQuery, datetime.datetime]:
        by_person = await self._changes([query.person for query in queries])
        return {query: by_person[query.person] for query in queries if query.person in by_person}
