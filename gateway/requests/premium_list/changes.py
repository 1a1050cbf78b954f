"""When a premium list changed the contributions of its workers, for the gateway's memory.

Most of the time no list has: then nobody is looked up. That is asked anew each second, and known at once in the process
that wrote; another replica's memory may so be a second behind.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.contribution import ContributionQuery
from gateway.domain.identifiers import NationalId
from gateway.requests.database import INSERT, Database, StoreUnavailable, microseconds, moment_of
from gateway.requests.premium_list.tables import CHANGES
from gateway.requests.sealing import Sealing

LOOKED_SECONDS = 1.0
A_STATEMENT = 500


class ListChanges:
    """`longest` is how long contributions are remembered: older changes are of no interest."""

    def __init__(self, database: Database, sealing: Sealing, clock: Clock, longest: datetime.timedelta) -> None:
        self._database, self._sealing, self._clock, self._longest = database, sealing, clock, longest
        self._newest: int | None = None
        self._looked = float("-inf")

    async def of_persons(self, persons: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime]:
        """Those whom a list ever named, lately. Never raises: with a store that is down, all have changed just now."""
        try:
            return await self._of(set(persons)) if await self._any_lately() else {}
        except StoreUnavailable:
            return dict.fromkeys(persons, self._clock.now())

    async def of_queries(
        self, queries: Sequence[ContributionQuery], /
    ) -> Mapping[ContributionQuery, datetime.datetime]:
        by_person = await self.of_persons([query.person for query in queries])
        return {query: by_person[query.person] for query in queries if query.person in by_person}

    async def note(self, connection: AsyncConnection, persons: Iterable[NationalId], now: datetime.datetime) -> None:
        """In the transaction that says that a branch has the list."""
        moment = microseconds(now)
        insert = INSERT[connection.dialect.name](CHANGES)
        row = insert.on_conflict_do_update(index_elements=["owner"], set_={"at": insert.excluded.at})
        owners = sorted({self._sealing.owner(person) for person in persons})
        for start in range(0, len(owners), A_STATEMENT):
            some = [{"owner": owner, "at": moment} for owner in owners[start : start + A_STATEMENT]]
            await connection.execute(row, some)
        self._newest = max(self._newest or 0, moment)

    async def _any_lately(self) -> bool:
        since = microseconds(self._clock.now() - self._longest)
        if self._clock.monotonic() - self._looked >= LOOKED_SECONDS:
            async with self._database.reading() as connection:
                newest: int | None = (await connection.execute(sa.select(sa.func.max(CHANGES.c.at)))).scalar_one()
            self._newest = max(self._newest or 0, newest or 0)
            self._looked = self._clock.monotonic()
        return (self._newest or 0) >= since

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
