"""One PostgreSQL, asked over its driver's own connections: SQLAlchemy's statements, written out once, prepared once.

Between the two SQLAlchemy would stand with an execution context, a cursor, a result and three switches of stack a
question, which cost more than the question does. What is cancelled or late is broken off, since nobody waits any longer
and the server's word may never come.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from typing import Any

import asyncpg
import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

GOODBYE_SECONDS = 1.0
_DIALECT: Any = asyncpg_dialect()  # type: ignore[no-untyped-call]
_SESSION = {"application_name": "tamin-gateway", "default_transaction_read_only": "on", "jit": "off"}


class Postgres:
    """At most `pool_size` connections, opened when needed, the last used first. Keeps no time but that of opening."""

    def __init__(self, url: sa.URL, *, timeout: float, pool_size: int) -> None:
        _, address = _DIALECT.create_connect_args(url)
        self._address: dict[str, Any] = {"timeout": timeout, **address}
        self._slots = asyncio.Semaphore(pool_size)
        self._idle: list[asyncpg.Connection] = []
        self._open: set[asyncpg.Connection] = set()
        self._questions: dict[sa.Executable, _Question] = {}

    async def rows(self, statement: sa.Executable, arguments: Mapping[str, object]) -> Sequence[Any]:
        """All rows, their columns as attributes. Raises what the driver raises; who died while idle is replaced."""
        question = self._questions.get(statement)
        if question is None:
            question = self._questions[statement] = _Question(statement)
        async with self._slots:
            idle = self._from_idle()
            if idle is not None:
                try:
                    return await self._asked(idle, question, arguments)
                except Exception:
                    if not idle.is_closed():
                        raise
            return await self._asked(await self._opened(), question, arguments)

    async def close(self) -> None:
        """Says goodbye, and breaks off from a server that does not take leave in time."""
        if self._open:
            goodbyes = [asyncio.create_task(connection.close()) for connection in self._open]
            await asyncio.wait(goodbyes, timeout=GOODBYE_SECONDS)
            for connection in self._open:
                connection.terminate()
            await asyncio.gather(*goodbyes, return_exceptions=True)
        self._open.clear()
        self._idle.clear()

    async def _asked(
        self, connection: asyncpg.Connection, question: "_Question", arguments: Mapping[str, object]
    ) -> Sequence[Any]:
        try:
            records = await connection.fetch(question.text, *question.values(arguments))
        except asyncio.CancelledError:
            # At once, or the driver would open a second connection to ask for the end of the query.
            connection.terminate()
            self._open.discard(connection)
            raise
        except Exception:
            self._give_back(connection)
            raise
        self._give_back(connection)
        return question.named(records)

    def _from_idle(self) -> asyncpg.Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._open.discard(connection)
        return None

    def _give_back(self, connection: asyncpg.Connection) -> None:
        if connection.is_closed():
            self._open.discard(connection)
        else:
            self._idle.append(connection)

    async def _opened(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(**self._address, server_settings=_SESSION, max_cached_statement_lifetime=0)
        self._open.add(connection)
        return connection


class _Question:
    """A statement as PostgreSQL reads it, its parameters in their order, and the shape of its rows."""

    def __init__(self, statement: sa.Executable) -> None:
        compiled: Any = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        self.text: str = compiled.string
        self._parameters = [(name, _written(compiled.binds[name])) for name in compiled.positiontup]
        self._row: Any = None

    def values(self, arguments: Mapping[str, object]) -> list[object]:
        return [written(arguments[name]) for name, written in self._parameters]

    def named(self, records: Sequence[asyncpg.Record]) -> Sequence[Any]:
        if not records:
            return ()
        if self._row is None:
            # Made and read in a fraction of a named tuple's time. It holds values alone: no circle can go through it.
            self._row = msgspec.defstruct("Row", records[0].keys(), gc=False)
        return list(starmap(self._row, records))


def _written(parameter: sa.BindParameter[Any]) -> Callable[[object], object]:
    processor = parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return processor if processor is not None else _as_it_is


def _as_it_is(value: object) -> object:
    return value
