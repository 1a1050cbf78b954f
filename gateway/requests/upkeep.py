"""What is kept no longer than it is needed: idempotency keys, and uploads that no request names.

A flow with one run for all replicas, begun with the first start and never over.
"""

import contextlib
import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.requests.database import Database, microseconds
from gateway.requests.documents import Documents
from gateway.requests.flow import Advance, Flow, Run, begin, wait
from gateway.requests.settings import RequestSettings
from gateway.requests.tables import KEYS

FLOW = RUN = "upkeep"
EVERY = datetime.timedelta(hours=1)


class Upkeep:
    def __init__(self, database: Database, documents: Documents, clock: Clock, settings: RequestSettings) -> None:
        self._database, self._documents, self._clock = database, documents, clock
        self._keys = datetime.timedelta(days=settings.keys_kept_days)
        self._loose = datetime.timedelta(days=settings.documents_kept_days)
        self.flow = Flow(FLOW, {"clear": self.clear})

    async def begin(self) -> None:
        """Where no replica has yet. Raises StoreUnavailable."""
        with contextlib.suppress(IntegrityError):
            async with self._database.writing() as connection:
                await begin(connection, self.flow, RUN, self._clock.now())

    async def clear(self, run: Run) -> Advance:
        await self._documents.forget_loose(run.now - self._loose)

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(sa.delete(KEYS).where(KEYS.c.at < microseconds(run.now - self._keys)))

        return wait("clear", run.now + EVERY, write)
