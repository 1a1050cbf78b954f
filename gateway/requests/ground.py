"""What every kind of durable work stands on: the database, what hides and signs, idempotency keys, and the engine.

Whoever has flows of their own (requests, payments) adds them to `engine` before it runs, and keeps its own tables in
the same database, so that what it writes and where its run goes on are one transaction.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from gateway.domain.clock import PatientClock
from gateway.domain.working_days import working_days_of
from gateway.loading.keyring import Keyring
from gateway.requests.clocks import Clocks
from gateway.requests.database import Database, StoreUnavailable
from gateway.requests.engine import Engine, Observer
from gateway.requests.flow import Retry
from gateway.requests.idempotency import Keys
from gateway.requests.receipt import Receipts
from gateway.requests.sealing import Sealing
from gateway.requests.settings import RequestSettings
from gateway.requests.tables import METADATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    settings: RequestSettings
    database: Database
    sealing: Sealing
    keys: Keys
    receipts: Receipts
    clocks: Clocks
    engine: Engine
    retry: Retry
    clock: PatientClock


@asynccontextmanager
async def open_ground(
    settings: RequestSettings,
    keyring: Keyring,
    clock: PatientClock,
    former: Sequence[Keyring] = (),
    *,
    metadata: Sequence[sa.MetaData] = (),
    observe: Observer | None = None,
) -> AsyncIterator[Ground]:
    """`metadata`: further tables in the same database. The engine does not run yet: `engine.working` runs it.

    Raises RuntimeError with a sentence where the store cannot be opened.
    """
    database = Database(settings.store, seconds=settings.commit_seconds)
    sealing = Sealing(keyring, former)
    key = settings.receipt_key.get_secret_value() if settings.receipt_key else None
    try:
        try:
            await database.open(METADATA, *metadata)
        except StoreUnavailable as problem:
            raise RuntimeError(f"Requests cannot be kept (TAMIN_REQUESTS__STORE): {problem}") from None
        yield Ground(
            settings=settings,
            database=database,
            sealing=sealing,
            keys=Keys(database, sealing),
            receipts=Receipts.of(keyring, settings.receipt_issuer, key),
            clocks=Clocks(working_days_of(settings.calendar)),
            engine=Engine(database, clock, settings.engine, observe=observe),
            retry=Retry(first=settings.retry_first_seconds, most=settings.retry_most_seconds),
            clock=clock,
        )
    finally:
        await database.close()
