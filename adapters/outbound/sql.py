"""One SQL database of a back office, asked one statement at a time: read only, pooled, never later than its time-out.

Statements run in AUTOCOMMIT, so that a question costs one round trip. There is no ping before use: a pooled connection
that died is replaced and the statement sent once more, within the same time-out. PostgreSQL is asked over its driver
(`postgres.py`), MariaDB and SQLite over SQLAlchemy's engine.
"""

import asyncio
import contextvars
import math
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.outbound.postgres import Postgres
from adapters.outbound.sql_failure import failure_from
from gateway.domain.addresses import database_url
from gateway.domain.failure import Source, SourceTimeout
from gateway.domain.identifiers import BranchCode
from gateway.domain.patience import Patience

_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "mysql": "mysql+asyncmy", "mariadb": "mariadb+asyncmy"}


def known_url(url: str) -> str:
    """Raises ValueError, with a sentence that repeats nothing of it, for what `Database` would not take."""
    database_url(url, sa.make_url, ("postgresql", *_DRIVERS), ("asyncpg", "aiosqlite", "asyncmy"))
    return url


def place_of(url: str) -> tuple[str | None, int | None]:
    """The host and port at which a database listens; none for a file or a socket."""
    address = sa.make_url(url)
    return address.host, address.port or _PORTS.get(address.get_backend_name())


class Database:
    """`url` names PostgreSQL, MariaDB/MySQL or SQLite; the driver is ours to choose. `timeout`: seconds a question."""

    def __init__(
        self, url: str, *, source: Source, branch: BranchCode | None = None, timeout: float, pool_size: int
    ) -> None:
        self._source, self._branch, self._patience = source, branch, Patience(timeout)
        address = sa.make_url(url)
        self._asked: _Asked
        if address.get_backend_name() == "postgresql":
            self._asked = Postgres(address, timeout=timeout, pool_size=pool_size)
        else:
            self._asked = _OverEngine(address, timeout=timeout, pool_size=pool_size)

    async def rows(self, statement: sa.Executable, arguments: Mapping[str, object]) -> Sequence[Any]:
        """All rows of a reading statement, their columns as attributes. Raises a SourceFailure; cancelled or late, it
        leaves no connection busy."""
        limit = self._patience.limit()
        try:
            with limit:
                return await self._asked.rows(statement, arguments)
        except Exception as error:
            if limit.expired:
                raise SourceTimeout(self._source, "no answer in time", retry_after=5, branch=self._branch) from None
            raise failure_from(error, self._source, self._branch) from error

    async def close(self) -> None:
        await self._asked.close()


class _Asked(Protocol):
    async def rows(self, statement: sa.Executable, arguments: Mapping[str, object]) -> Sequence[Any]: ...

    async def close(self) -> None: ...


class _OverEngine:
    def __init__(self, address: sa.URL, *, timeout: float, pool_size: int) -> None:
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()
        self._engine = _engine(address, timeout, pool_size)
        sa.event.listen(self._engine.sync_engine.pool, "connect", self._connected, insert=True)
        sa.event.listen(self._engine.sync_engine.pool, "checkout", _taken)
        self._leaving: set[asyncio.Task[Sequence[Any]]] = set()

    async def rows(self, statement: sa.Executable, arguments: Mapping[str, object]) -> Sequence[Any]:
        hold = _Hold()
        task = asyncio.create_task(self._asked(statement, arguments, hold))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await self._abandon(task, hold)
            raise

    async def close(self) -> None:
        """Says goodbye to the server, and breaks off from one that does not take leave within a second."""
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=1)
        goodbye = asyncio.create_task(self._engine.dispose())
        await asyncio.wait({goodbye}, timeout=1)
        if not goodbye.done():
            for connection in list(self._connections):
                await _break_off(connection)
        await goodbye

    async def _asked(self, statement: sa.Executable, arguments: Mapping[str, object], hold: "_Hold") -> Sequence[Any]:
        _HOLD.set(hold)
        for attempt in (1, 2):
            try:
                async with self._engine.connect() as connection:
                    return (await connection.execute(statement, dict(arguments))).all()
            except DBAPIError as error:
                if attempt == 2 or hold.abandoned or not _died(error):
                    raise
        raise AssertionError("the second attempt returns or raises")

    async def _abandon(self, task: "asyncio.Task[Sequence[Any]]", hold: "_Hold") -> None:
        """Breaks the connection off, since cancelling would wait for the server's word on it, which may never come."""
        self._leaving.add(task)
        task.add_done_callback(self._left)
        if not await hold.abandon():
            task.cancel()
        await asyncio.wait({task}, timeout=0.2)

    def _connected(self, dbapi_connection: Any, record: object) -> None:
        self._connections.add(dbapi_connection.driver_connection)
        _taken(dbapi_connection)

    def _left(self, task: "asyncio.Task[Sequence[Any]]") -> None:
        self._leaving.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report the break that we caused


class _Hold:
    """The driver's connection that a running question uses, so that it can be broken off."""

    def __init__(self) -> None:
        self.abandoned = False
        self._driver_connection: Any = None

    def take(self, driver_connection: Any) -> None:
        self._driver_connection = driver_connection

    async def abandon(self) -> bool:
        """False while there is no connection yet."""
        self.abandoned = True
        if self._driver_connection is None:
            return False
        await _break_off(self._driver_connection)
        return True


_HOLD: contextvars.ContextVar[_Hold] = contextvars.ContextVar("sql_hold")


def _taken(dbapi_connection: Any, *_: object) -> None:
    hold = _HOLD.get(None)
    if hold is not None:
        hold.take(dbapi_connection.driver_connection)


async def _break_off(driver_connection: Any) -> None:
    if hasattr(driver_connection, "interrupt"):  # aiosqlite
        await driver_connection.interrupt()
    else:  # asyncmy
        driver_connection.close()


def _died(error: DBAPIError) -> bool:
    return error.connection_invalidated


def _engine(address: sa.URL, timeout: float, pool_size: int) -> AsyncEngine:
    address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
    dialect = address.get_backend_name()
    if dialect == "sqlite":
        # Opened to read: a missing file is a branch that is away, not a new, empty one.
        path = str(address.database).removeprefix("file:")
        address = address.set(database=f"file:{path}").update_query_dict({"mode": "ro", "uri": "true"})
    return create_async_engine(
        address,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_reset_on_return=None,
        poolclass=sa.AsyncAdaptedQueuePool,
        connect_args=_connect_arguments(dialect, timeout),
        hide_parameters=True,
    )


def _connect_arguments(dialect: str, timeout: float) -> dict[str, Any]:
    if dialect in ("mysql", "mariadb"):
        return {"connect_timeout": max(1, math.ceil(timeout)), "init_command": "SET SESSION TRANSACTION READ ONLY"}
    return {"timeout": timeout}
