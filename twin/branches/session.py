"""One client's connection through a branch's door: forwards bytes, counts statements, acts out faults."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from twin.branches import wire
from twin.branches.lies import Field, lie, row_description
from twin.branches.wire import OTHER, Message, Splitter

if TYPE_CHECKING:
    from twin.branches.proxy import Door

REFUSALS = {
    "closed": ("57P03", "the database system is not accepting connections"),
    "quota": ("53300", "sorry, too many clients already"),
    "error": ("58030", "could not read block 0: input/output error"),
}
CANCELLED = wire.error("57014", "canceling statement due to user request")


class ClientSession(asyncio.Protocol):
    """Faces the client; `_ServerSession` faces the server. Statements of one connection go one after the other."""

    def __init__(self, door: Door) -> None:
        self.silenced = False
        self.key = b""  # the server's cancellation key for this connection
        self._door = door
        self._incoming = Splitter()
        self._started = False
        self._server: _ServerSession | None = None
        self._held: asyncio.Task[None] | None = None
        self._skipping = False  # after an error of ours, up to the client's Sync
        self._tables: dict[str, str] = {}  # by the name of the prepared statement
        self._portals: dict[str, str] = {}  # table by portal, until its first Execute
        self._portal_statements: dict[str, str] = {}
        self._waiting_kind = b""  # of the message that is held

    # the client's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._door.sessions.add(self)

    def data_received(self, data: bytes) -> None:
        self._incoming.feed(data)
        self._pump()

    def connection_lost(self, error: Exception | None) -> None:
        self._door.sessions.discard(self)
        if self._held:
            self._held.cancel()
        if self._server:
            self._server.finish()
            self._server.close()

    def pause_writing(self) -> None:
        if self._server:
            self._server.pause()

    def resume_writing(self) -> None:
        if self._server:
            self._server.resume()

    # what the server's side calls

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def cancel_held_statement(self) -> bool:
        """As a server does for a cancel request: the statement that waits for its delay fails."""
        if self._held is None or self._server is None:
            return False
        self._held.cancel()
        self._held = None
        self._fail(self._waiting_kind, CANCELLED)
        self._pump()
        return True

    # forwarding

    def _pump(self) -> None:
        while not self._started:
            packet = self._incoming.first()
            if packet is None:
                return
            self._start_up(*packet)
        while not (self._held or self.silenced or self._transport.is_closing()):
            message = self._incoming.message()
            if message is None:
                return
            self._forward(message)

    def _start_up(self, code: int, packet: bytes) -> None:
        if code in (wire.SSL_REQUEST, wire.GSS_REQUEST):
            self.write(b"N")
            return
        fault = self._door.fault()
        self._started = True
        if fault and fault.kind == "silent":
            self.silenced = True
        elif fault and fault.kind in ("closed", "quota"):
            self._refuse(fault.kind)
        elif code == wire.CANCEL_REQUEST and self._cancels(packet[8:]):
            self.close()
        else:
            self._hold(self._connect, packet)

    def _cancels(self, key: bytes) -> bool:
        holder = self._door.holder_of(key)
        return holder is not None and holder.cancel_held_statement()

    async def _connect(self, packet: bytes) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, self._server = await loop.create_unix_connection(lambda: _ServerSession(self), self._door.upstream)
        except OSError:
            self._refuse("closed")
            return
        self._server.write(packet)

    def _hold(self, work: Callable[..., Awaitable[None]], *arguments: object) -> None:
        """Nothing more is read from the client's messages until `work` is done."""
        self._held = asyncio.get_running_loop().create_task(self._release_after(work, *arguments))

    async def _release_after(self, work: Callable[..., Awaitable[None]], *arguments: object) -> None:
        await work(*arguments)
        self._held = None
        self._pump()

    def _forward(self, message: Message) -> None:
        if self._server is None:
            return
        if self._skipping and message.kind != b"S":
            if message.kind == b"X":
                self.close()
            return
        self._skipping = False
        table = self._statement(message)
        if table is None:
            self._server.write(message.raw)
            return
        self._server.begin(table, self._portal_fields(message))
        self._door.counts.count(self._door.system, table)
        delay = self._door.delay_seconds() if table != OTHER else 0.0
        if delay:
            self._waiting_kind = message.kind
            self._hold(self._execute_after, delay, message, table)
        else:
            self._execute(message, table)

    async def _execute_after(self, delay: float, message: Message, table: str) -> None:
        await asyncio.sleep(delay)
        self._execute(message, table)

    def _statement(self, message: Message) -> str | None:
        """The main table of the statement that a message executes; None where it executes none or goes on with one."""
        if message.kind == b"P":
            name, statement = wire.strings(message.body, 2)
            self._tables[name] = self._door.tables.of(statement)
        elif message.kind == b"B":
            portal, name = wire.strings(message.body, 2)
            self._portals[portal] = self._tables.get(name, OTHER)
            self._portal_statements[portal] = name
        elif message.kind == b"D" and self._server:
            self._server.described.append(wire.strings(message.body[1:], 1)[0] if message.body[:1] == b"S" else None)
        elif message.kind == b"E":
            return self._portals.pop(wire.strings(message.body, 1)[0], None)
        elif message.kind == b"Q":
            return self._door.tables.of(wire.strings(message.body, 1)[0])
        return None

    def _portal_fields(self, message: Message) -> str:
        return self._portal_statements.get(wire.strings(message.body, 1)[0], "") if message.kind == b"E" else ""

    # faults

    def _execute(self, message: Message, table: str) -> None:
        server = self._server
        if server is None:
            return
        fault = self._door.fault() if table != OTHER else None
        kind = fault.kind if fault else None
        if kind == "silent":
            self.silenced = True
        elif kind in REFUSALS:  # a connection that stands is told so by a failed statement, and stands on
            self._fail(message.kind, wire.error(*REFUSALS[kind]))
        elif kind == "refused":
            self.abort()
        else:
            server.cutting = kind == "cut"
            server.lying = fault.how if fault and kind == "lying" else None
            server.write(message.raw)

    def _fail(self, kind: bytes, error: bytes) -> None:
        """Fails the statement in the client's eyes; the server never hears of it."""
        if self._server is None:
            return
        if kind == b"Q":
            self._server.fail_query(error)
        else:
            self._server.injected = error
            self._skipping = True

    def _refuse(self, kind: str) -> None:
        """Turns a new connection away, as PostgreSQL does."""
        self.write(wire.error(*REFUSALS[kind], severity="FATAL"))
        self.close()


class _ServerSession(asyncio.Protocol):
    """Passes the server's messages on whole, and knows which statements still run."""

    def __init__(self, client: ClientSession) -> None:
        self.described: deque[str | None] = deque()  # statements (None: portals) whose description was asked for
        self.injected: bytes | None = None  # goes out before the next ReadyForQuery
        self.cutting = False
        self.lying: str | None = None
        self._client = client
        self._door = client._door
        self._outgoing = Splitter()
        self._running: list[str] = []
        self._status = b"I"
        self._fields: dict[str, list[Field]] = {}
        self._current: list[Field] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.finish()
        self._client.close()

    def pause_writing(self) -> None:
        """The client sends little at a time; what the server has not read yet waits here."""

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()

    def pause(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._transport.pause_reading()

    def resume(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._transport.resume_reading()

    def begin(self, table: str, statement: str) -> None:
        self._running.append(table)
        self._current = self._fields.get(statement, [])
        self._door.counts.started(self._door.system, table)

    def finish(self) -> None:
        """Nothing runs any more on this connection."""
        for table in self._running:
            self._door.counts.finished(self._door.system, table)
        self._running.clear()
        self.cutting, self.lying = False, None

    def fail_query(self, error: bytes) -> None:
        self._client.write(error + wire.ready(self._failed_status()))
        self.finish()

    def data_received(self, data: bytes) -> None:
        self._outgoing.feed(data)
        whole, messages = self._outgoing.whole()
        if not messages:
            return
        ends = [start for _, start in messages[1:]] + [len(whole)]
        if self.cutting and self._cut(whole, messages, ends):
            return
        if self.lying or self.injected or any(kind in b"ZTnK" for kind, _ in messages):
            whole = b"".join(
                self._passed(kind, whole[start:end]) for (kind, start), end in zip(messages, ends, strict=True)
            )
        self._client.write(whole)

    def _cut(self, whole: bytes, messages: list[tuple[bytes, int]], ends: list[int]) -> bool:
        """Ends the connection within the first row, or within the end of an answer that has no rows."""
        for (kind, start), end in zip(messages, ends, strict=True):
            if kind in (b"D", b"C"):
                self._client.write(whole[: (start + end) // 2])
                self._client.close()
                return True
        return False

    def _passed(self, kind: bytes, raw: bytes) -> bytes:
        """One message as the client is to see it, and what the proxy learns from it."""
        if kind == b"K":
            self._client.key = raw[5:]
        elif kind == b"T":
            self._current = row_description(raw[5:])
            if self.described and (name := self.described.popleft()) is not None:
                self._fields[name] = self._current
        elif kind == b"n":
            if self.described:
                self.described.popleft()
        elif kind == b"D" and self.lying:
            return lie(self.lying, raw, self._current)
        elif kind == b"Z":
            return self._ready(raw)
        return raw

    def _ready(self, raw: bytes) -> bytes:
        self._status = raw[5:6]
        self.described.clear()
        self.finish()
        if self.injected is None:
            return raw
        error, self.injected = self.injected, None
        return error + wire.ready(self._failed_status())

    def _failed_status(self) -> bytes:
        return b"I" if self._status == b"I" else b"E"
