"""Where the record is kept: SQLite or PostgreSQL by URL.

A group of events is one transaction, durable when `append` returns. The ends of chains and threads are read inside it
under locks, taken in the order of names, so that any number of processes may write, even under one writer's name.
"""

import asyncio
import secrets
import weakref
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.operation.audit.chain import BEGINNING, Head, Link
from gateway.operation.audit.conversion import convert, is_earlier
from gateway.operation.audit.entries import NONE
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.placing import keys_of, placed, prepared
from gateway.operation.audit.sqlite_commit import committed
from gateway.operation.audit.sqlite_connection import RecordConnection
from gateway.operation.audit.tables import EVENTS, METADATA, THREADS, WRITERS
from gateway.stores.engines import INSERT, engine_of, file_of

_ROWS_A_STATEMENT = 2_000  # four parameters each; SQLite takes 32,766 and PostgreSQL 32,767
_EARLIER = "the record's store has the form of an earlier version: start the gateway on it once, or on a copy of it"

_log = structlog.get_logger("gateway.record")


class StoreUnavailable(Exception):
    """The record cannot be written or read. Says the kind of problem, and nothing that was to be written."""


class Store:
    """`url` is sqlite:///PATH or postgresql://…; `seconds` is the patience with one commit or question.

    Opened to read only, a missing SQLite file is a problem, not a new record.
    """

    def __init__(self, url: str, *, seconds: float = 5.0, read_only: bool = False) -> None:
        self._url, self._seconds, self._read_only = url, seconds, read_only
        self._writing = _engine(url, seconds, writes=not read_only)
        self._reading = self._writing if read_only else _engine(url, seconds, writes=False)
        self._leaving: set[asyncio.Task[Any]] = set()
        self._held: AsyncConnection | None = None  # SQLite's one connection that writes, and whose turn it is
        self._driver: Any = None  # of that one: to be led to it for each group costs as much as an event
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Makes the tables where they are missing, and converts those of the form before. Raises StoreUnavailable."""
        for attempt in (1, 2):
            try:
                async with asyncio.timeout(self._seconds), self._begun() as connection:
                    earlier = await connection.run_sync(is_earlier)
                    if not earlier:
                        await connection.run_sync(METADATA.create_all)
                if earlier:
                    _log.warning("record.converting")
                    async with self._begun() as connection:
                        await connection.run_sync(convert)
                    _log.warning("record.converted")
                return
            except (SQLAlchemyError, OSError, TimeoutError) as problem:  # another replica may be making them too
                if attempt == 2:
                    raise _unavailable(problem) from None

    async def rehearse(self) -> None:
        """Does what opening and a first commit do, and takes it back. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(self._seconds), self._writing.connect() as connection:
                await connection.begin()
                await connection.run_sync(METADATA.create_all)
                await self._ends(connection, WRITERS, [{"writer": f"rehearsal {secrets.token_hex(8)}"}])
                await connection.rollback()
        except (SQLAlchemyError, OSError, TimeoutError) as problem:
            raise _unavailable(problem) from None

    async def close(self) -> None:
        held, self._held, self._driver = self._held, None, None
        if held is not None:
            await held.close()
        for engine in (self._writing, self._reading):
            goodbye = asyncio.create_task(engine.dispose())
            await asyncio.wait({goodbye}, timeout=self._seconds)

    async def append(self, writer: str, events: Sequence[ReleaseEvent]) -> None:
        """Raises StoreUnavailable; then none of the events may be taken as written, though a late commit may happen."""
        work = asyncio.create_task(self._append_once_more(writer, events))
        await asyncio.wait({work}, timeout=self._seconds)
        if not work.done():
            # Cancelling would wait for the server's word on it. The connections are left behind, and new ones made.
            self._leave(work)
            await self._break_off()
            work.cancel()
            raise StoreUnavailable("the record's store does not answer in time")
        try:
            work.result()
        except Exception as problem:
            raise _unavailable(problem) from None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one transaction. Raises StoreUnavailable."""
        place = file_of(self._url)
        if place is not None and not place.exists():
            raise StoreUnavailable("the record's store is not there")
        try:
            async with self._reading.connect() as connection:
                if self._read_only and await connection.run_sync(is_earlier):
                    raise StoreUnavailable(_EARLIER)
                yield connection
        except (SQLAlchemyError, OSError) as problem:
            raise _unavailable(problem) from None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection in one transaction that is committed with the block. Raises StoreUnavailable."""
        try:
            async with asyncio.timeout(self._seconds), self._begun() as connection:
                yield connection
        except (SQLAlchemyError, OSError, TimeoutError) as problem:
            raise _unavailable(problem) from None

    async def _append_once_more(self, writer: str, events: Sequence[ReleaseEvent]) -> None:
        """A pooled connection that died is replaced. Had it died after its commit, the events' ids would clash."""
        try:
            await self._append(writer, events)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            await self._append(writer, events)

    async def _append(self, writer: str, events: Sequence[ReleaseEvent]) -> None:
        if self._writing.dialect.name == "sqlite":
            await self._append_in_one_hop(writer, events)
        else:
            await self._append_by_statements(writer, events)

    async def _append_in_one_hop(self, writer: str, events: Sequence[ReleaseEvent]) -> None:
        async with self._turn:
            if self._driver is None:
                self._driver = (await (await self._one()).get_raw_connection()).driver_connection
            driver = self._driver
            # The one way to run a function of ours in aiosqlite's thread; its public methods are a statement each.
            await driver._execute(committed, driver._conn, writer, events)

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that is committed with the block."""
        if self._writing.dialect.name != "sqlite":
            async with self._writing.begin() as connection:
                yield connection
            return
        async with self._turn:
            self._driver = None  # broken off in here, the connection would get another
            connection = await self._one()
            async with connection.begin():
                yield connection

    async def _one(self) -> AsyncConnection:
        """SQLite's, out of the pool for good: taking it out for each group costs as much as writing some events."""
        if self._held is None:
            self._held = await self._writing.connect()
        return self._held

    async def _append_by_statements(self, writer: str, events: Sequence[ReleaseEvent]) -> None:
        group = [prepared(event) for event in events]
        keys = keys_of(group)
        async with self._writing.begin() as connection:
            [chain] = await self._ends(connection, WRITERS, [{"writer": writer}])
            read = await self._ends(connection, THREADS, [{"person": key, "listed": NONE} for key in keys])
            ends = {end.person: (end.number, end.hash.hex(), end.listed) for end in read}
            rows, head = placed(writer, Head(chain.number, chain.hash), ends, group)
            await connection.execute(sa.insert(EVENTS), [row._asdict() for row in rows])
            await self._move(connection, WRITERS, [{"name": writer, **head._asdict()}])
            moved = ((key, ends[key]) for key in keys)
            ends_moved = [
                {"name": key, "number": number, "hash": bytes.fromhex(last), "listed": entry}
                for key, (number, last, entry) in moved
            ]
            await self._move(connection, THREADS, ends_moved)

    async def _ends(
        self, connection: AsyncConnection, table: sa.Table, named: Sequence[Mapping[str, Any]]
    ) -> list[sa.Row[Any]]:
        """Locks the rows in the order of their names, making those that are missing: so no two commits deadlock."""
        insert, key = INSERT[connection.dialect.name], table.primary_key.columns[0]
        ends: list[sa.Row[Any]] = []
        for start in range(0, len(named), _ROWS_A_STATEMENT):
            rows = [{"number": 0, "hash": BEGINNING, **one} for one in named[start : start + _ROWS_A_STATEMENT]]
            locked = (
                insert(table)
                .values(rows)
                .on_conflict_do_update(index_elements=[key], set_={"number": table.c.number})
                .returning(table)
            )
            ends += (await connection.execute(locked)).all()
        return ends

    async def _move(self, connection: AsyncConnection, table: sa.Table, ends: Sequence[Mapping[str, Any]]) -> None:
        """`name` and the new values of the other columns."""
        if ends:
            moved = sa.update(table).where(table.primary_key.columns[0] == sa.bindparam("name"))
            await connection.execute(moved.values({c: sa.bindparam(c) for c in ends[0] if c != "name"}), ends)

    async def _break_off(self) -> None:
        old, self._writing = self._writing, _engine(self._url, self._seconds, writes=True)
        held, self._held, self._driver, self._turn = self._held, None, None, asyncio.Lock()
        for connection in list(_connections_of(old)):
            if hasattr(connection, "terminate"):  # asyncpg
                connection.terminate()
            else:  # aiosqlite
                await connection.interrupt()
        if held is not None:  # closed as soon as its thread comes to it
            self._leave(asyncio.create_task(held.invalidate()))
        await old.dispose(close=False)

    def _leave(self, task: "asyncio.Task[Any]") -> None:
        self._leaving.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: "asyncio.Task[Any]") -> None:
        self._leaving.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report what we gave up


def link_of(row: sa.Row[Any]) -> Link:
    """An event in its place, as it stands in the table."""
    return Link(
        writer=row.writer,
        number=row.number,
        previous=octets(row.previous),
        threads=octets(row.threads),
        body=octets(row.body),
    )


def octets(value: object) -> bytes:
    """A column of bytes, in which somebody may have put a text: SQLite lets them."""
    return value.encode() if isinstance(value, str) else bytes(value)  # type: ignore[call-overload]


def _unavailable(problem: BaseException) -> StoreUnavailable:
    cause = getattr(problem, "orig", None) or problem
    return StoreUnavailable(f"the record's store fails: {type(cause).__name__}")


def _engine(url: str, seconds: float, *, writes: bool) -> AsyncEngine:
    # Whoever writes ends the transaction itself; a second rollback would be one more hop to SQLite's thread.
    engine = engine_of(
        url,
        keeps="record",
        seconds=seconds,
        writes=writes,
        pool=(1 if writes else 4, 1),
        connection=RecordConnection,
        resets=not writes,
    )
    sa.event.listen(engine.sync_engine, "connect", _remembered(engine))
    return engine


_OPENED: weakref.WeakKeyDictionary[AsyncEngine, weakref.WeakSet[Any]] = weakref.WeakKeyDictionary()


def _connections_of(engine: AsyncEngine) -> weakref.WeakSet[Any]:
    """The driver's connections that an engine has opened and that live."""
    return _OPENED.setdefault(engine, weakref.WeakSet())


def _remembered(engine: AsyncEngine) -> Callable[[Any, object], None]:
    opened = _connections_of(engine)
    return lambda connection, _: opened.add(connection.driver_connection)
