"""Engines by URL, sqlite:///PATH or postgresql://…, through SQLAlchemy Core and asynchronous drivers.

A commit is durable when it returns (SQLite: WAL with synchronous=FULL; PostgreSQL: synchronous_commit). SQLite knows
one writer at a time: its transactions begin as writers, so that none is surprised by another in its middle.
"""

import inspect
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gateway.domain.addresses import database_url
from gateway.stores.sqlite_connection import LeavingConnection

SCHEMES = ("sqlite", "postgresql", "postgres")
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_DRIVERS = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
_READERS = 4  # connections that read one file of SQLite


def store_url(url: str) -> str:
    """Raises ValueError, with a sentence that repeats nothing of it, for what `engine_of` would not take."""
    address: sa.URL = database_url(url, sa.make_url, SCHEMES)
    known = inspect.signature(asyncpg.connect).parameters.keys()
    if address.get_backend_name() != "sqlite" and address.query.keys() - known:
        raise ValueError("has an option that asyncpg.connect does not take")
    return url


def engine_of(
    url: str,
    *,
    keeps: str,
    seconds: float,
    writes: bool,
    pool: tuple[int, int],
    connection: type[LeavingConnection] = LeavingConnection,
    resets: bool = True,
) -> AsyncEngine:
    """Connects to nothing yet. `keeps` names what is kept there, for whoever looks at PostgreSQL's sessions; `seconds`
    is the patience with one question; `pool` is PostgreSQL's, with what may overflow it.

    A file of SQLite is made when the engine that writes connects, for its owner alone; who reads makes none.
    `connection` is the class of its connections. Without `resets` whoever writes ends each transaction itself.
    """
    address = sa.make_url(url)
    address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, seconds, connection, writes=writes, resets=resets)
    session = {"application_name": f"tamin-gateway {keeps}", "synchronous_commit": "on", "jit": "off"}
    arguments = {"timeout": seconds, "command_timeout": seconds, "server_settings": session}
    size, overflow = pool
    return create_async_engine(
        address,
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=seconds,
        hide_parameters=True,
        connect_args=arguments,
    )


def file_of(url: str) -> Path | None:
    address = sa.make_url(url)
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


def _sqlite(
    address: sa.URL, seconds: float, factory: type[LeavingConnection], *, writes: bool, resets: bool
) -> AsyncEngine:
    path = Path(str(address.database))
    mode = "rwc" if writes else "ro"
    engine = create_async_engine(
        address.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": mode, "uri": "true"}),
        poolclass=sa.AsyncAdaptedQueuePool,
        pool_size=1 if writes else _READERS,
        max_overflow=0,
        pool_timeout=seconds,
        pool_reset_on_return="rollback" if resets else None,
        hide_parameters=True,
        connect_args={"timeout": seconds / 2, "factory": factory},
    )

    def made(*_: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)  # its write-ahead files take this over

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        if writes:
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.close()

    def begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    if writes:
        sa.event.listen(engine.sync_engine, "do_connect", made)
    sa.event.listen(engine.sync_engine, "connect", connected)
    sa.event.listen(engine.sync_engine, "begin", begun)
    return engine
