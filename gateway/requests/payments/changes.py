"""When payments of a payer last moved on, for the gateway's memory: what it remembers from before is not used."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId
from gateway.loading.gathering import Gathering
from gateway.requests.database import Database, StoreUnavailable, moment_of
from gateway.requests.payments.tables import CHANGES
from gateway.requests.sealing import Sealing

PAYMENTS_OF_PAYER = "payments_by_payer"  # of `Sources`: the fact that each step of a payment changes
# By the primary key, for `Database.glance`.
_OF_ONE = f"SELECT at FROM {CHANGES.name} WHERE owner = ? AND fact = '{PAYMENTS_OF_PAYER}'"  # noqa: S608 - names of ours


class Changes:
    """Asked before each use of a remembered payment, so that a confirmed one shows in the next query on every replica:
    a file is looked into at once, a server is asked by all who want to know beside each other."""

    def __init__(self, database: Database, sealing: Sealing, clock: Clock) -> None:
        self._database, self._sealing, self._clock = database, sealing, clock
        self._together: Gathering[str, int | None] = Gathering(self._asked)

    def at_hand(self, payers: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime] | None:
        names = self._names(payers)
        moments = self._database.glance(_OF_ONE, [(name,) for name in names])
        return None if moments is None else _newest(names.values(), moments)

    async def __call__(self, payers: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime]:
        """Those of whom a payment ever moved. Never raises: with a store that is down, all have changed just now."""
        names = self._names(payers)
        try:
            return _newest(names.values(), await self._together.ask(list(names)))
        except StoreUnavailable:
            return dict.fromkeys(payers, self._clock.now())

    def _names(self, payers: Sequence[NationalId]) -> dict[str, NationalId]:
        return {name: payer for payer in payers for name in self._sealing.owners(payer)}

    async def _asked(self, names: Sequence[str]) -> list[int | None]:
        chosen = sa.select(CHANGES.c.owner, CHANGES.c.at).where(
            CHANGES.c.owner.in_(set(names)), CHANGES.c.fact == PAYMENTS_OF_PAYER
        )
        async with self._database.reading() as connection:
            found: dict[str, int] = {row.owner: row.at for row in await connection.execute(chosen)}
        return [found.get(name) for name in names]


def _newest(payers: Iterable[NationalId], moments: Iterable[int | None]) -> dict[NationalId, datetime.datetime]:
    """A payer has a row under each master key that was ours when a payment moved."""
    newest: dict[NationalId, int] = {}
    for payer, at in zip(payers, moments, strict=True):
        if at is not None and at > newest.get(payer, 0):
            newest[payer] = at
    return {payer: moment_of(at) for payer, at in newest.items()}
