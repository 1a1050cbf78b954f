"""When payments of a payer last moved on, for the gateway's memory: what it remembers from before is not used."""

import datetime
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId
from gateway.requests.database import Database, StoreUnavailable, moment_of
from gateway.requests.payments.tables import CHANGES
from gateway.requests.sealing import Sealing

PAYMENTS_OF_PAYER = "payments_by_payer"  # of `Sources`: the fact that each step of a payment changes


class Changes:
    def __init__(self, database: Database, sealing: Sealing, clock: Clock) -> None:
        self._database, self._sealing, self._clock = database, sealing, clock

    async def of_payers(self, payers: Sequence[NationalId], /) -> Mapping[NationalId, datetime.datetime]:
        """Those of whom a payment ever moved. Never raises: with a store that is down, all have changed just now."""
        names = {name: payer for payer in payers for name in self._sealing.owners(payer)}
        chosen = sa.select(CHANGES.c.owner, CHANGES.c.at).where(
            CHANGES.c.owner.in_(names), CHANGES.c.fact == PAYMENTS_OF_PAYER
        )
        try:
            async with self._database.reading() as connection:
                return {names[owner]: moment_of(at) for owner, at in await connection.execute(chosen)}
        except StoreUnavailable:
            return dict.fromkeys(payers, self._clock.now())
