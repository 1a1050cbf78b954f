"""Where requests are kept: SQLite or PostgreSQL by URL. A commit is durable when it returns."""

import asyncio
import datetime
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.stores.engines import engine_of

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class StoreUnavailable(Exception):
    """Requests can be neither written nor read. Says the kind of problem, and nothing that was to be written."""


class Database:
    """`url` is sqlite:///PATH or postgresql://…; `seconds` is the patience with one transaction."""

    def __init__(self, url: str, *, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._writing, self._reading = (
            engine_of(url, keeps="requests", seconds=seconds, writes=writes, pool=(8, 4)) for writes in (True, False)
        )
        self._glances = _Glances(url) if sa.make_url(url).get_backend_name() == "sqlite" else None

    async def open(self, *metadata: sa.MetaData) -> None:
        """Makes the tables where they are missing. Raises StoreUnavailable."""
        for attempt in (1, 2, 3):
            try:
                async with asyncio.timeout(self._seconds), self._writing.begin() as connection:
                    for tables in metadata:
                        await connection.run_sync(tables.create_all)
                return
            except (SQLAlchemyError, OSError, TimeoutError) as problem:  # another replica may be making them too
                if attempt == 3:
                    raise unavailable(problem) from None

    async def close(self) -> None:
        if self._glances is not None:
            self._glances.close()
        for engine in (self._writing, self._reading):
            goodbye = asyncio.create_task(engine.dispose())
            await asyncio.wait({goodbye}, timeout=self._seconds)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed with the block. Raises StoreUnavailable for what the database does; what the
        block raises passes as it is, save IntegrityError, which is the block's own to catch."""
        try:
            async with asyncio.timeout(self._seconds), self._writing.begin() as connection:
                yield connection
        except sa.exc.IntegrityError:
            raise
        except (SQLAlchemyError, OSError, TimeoutError) as problem:
            raise unavailable(problem) from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read from. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(self._seconds), self._reading.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError, TimeoutError) as problem:
            raise unavailable(problem) from None

    def glance(self, question: str, keys: Iterable[Sequence[Any]]) -> list[Any] | None:
        """The first column that `question` finds for each key, None for nothing; None for all where the store cannot
        say it at once. For a few rows by their primary key, of which a request would otherwise wait for a thread."""
        return self._glances.of(question, keys) if self._glances is not None else None


class _Glances:
    """Reads a file of SQLite on the event loop, and never waits for a lock. In WAL a reader waits for no writer, and a
    row by its key is a few pages that the system holds: some microseconds, where a thread and back takes hundreds."""

    def __init__(self, url: str) -> None:
        self._file = f"file:{quote(str(sa.make_url(url).database))}?mode=ro"
        self._connection: sqlite3.Connection | None = None

    def of(self, question: str, keys: Iterable[Sequence[Any]]) -> list[Any] | None:
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(self._file, uri=True, timeout=0, isolation_level=None)
            execute = self._connection.execute
            return [row[0] if (row := execute(question, key).fetchone()) else None for key in keys]
        except sqlite3.Error:
            self.close()
            return None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def unavailable(problem: BaseException) -> StoreUnavailable:
    cause = getattr(problem, "orig", None) or problem
    return StoreUnavailable(f"the store of requests fails: {type(cause).__name__}")


def microseconds(moment: datetime.datetime) -> int:
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def moment_of(microseconds: int) -> datetime.datetime:
    return EPOCH + datetime.timedelta(microseconds=microseconds)
