"""A branch's front door: a TCP port before the server's socket, where statements are counted and faults happen.

Counts stand under branch_databases.<branch> (or .directory), the operation being the main table a statement reads, or
`other`. Faults touch only statements on our tables, and start-up where a system that is closed, full or silent would
not let anyone in; everything else passes as it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from twin.branches.session import ClientSession
from twin.branches.wire import TableNames
from twin.counts import Counts
from twin.faults import Fault, Faults


class Door:
    """Listens on a free port of 127.0.0.1 and keeps it, also while closed. `system` is as in twin.faults."""

    def __init__(self, system: str, upstream: Path, tables: TableNames, faults: Faults, counts: Counts) -> None:
        self.system, self.upstream, self.tables, self.counts = system, str(upstream), tables, counts
        self.sessions: set[ClientSession] = set()
        self._faults = faults
        self._place = _bound(0)  # never listens: holds the port while the listener is away
        self.port: int = self._place.getsockname()[1]
        self._listener: asyncio.Server | None = None
        self._changing = asyncio.Lock()
        self._changes: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._faults.subscribe(self._faults_changed)
        await self._settle()

    async def close(self) -> None:
        for change in list(self._changes):
            change.cancel()
        await self._stop_listening()
        self._drop(lambda session: True)
        self._place.close()

    # what a session asks

    def fault(self) -> Fault | None:
        """What stands now, apart from delays; an error only where its rate strikes."""
        standing = next((f for f in self._faults.of(self.system) if f.kind != "delay"), None)
        if standing and standing.kind == "error" and not self._faults.strikes(standing):
            return None
        return standing

    def delay_seconds(self) -> float:
        return self._faults.delay_seconds(self.system)

    def holder_of(self, key: bytes) -> ClientSession | None:
        """The session that a cancel request with this key is about."""
        return next((session for session in self.sessions if session.key == key), None)

    # what the faults change

    def _faults_changed(self, system: str) -> None:
        if system not in (self.system, "branch_databases") or self._place.fileno() < 0:
            return
        if self._faults.find(self.system, "refused"):
            self._drop(lambda session: True)
        if not self._faults.find(self.system, "silent"):
            self._drop(lambda session: session.silenced)
        change = self._loop.create_task(self._settle())
        self._changes.add(change)
        change.add_done_callback(self._changes.discard)

    async def _settle(self) -> None:
        async with self._changing:
            if self._faults.find(self.system, "refused"):
                await self._stop_listening()
            elif self._listener is None:
                self._listener = await self._loop.create_server(lambda: ClientSession(self), sock=_bound(self.port))

    async def _stop_listening(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
            self._drop(lambda session: True)

    def _drop(self, which: Callable[[ClientSession], bool]) -> None:
        for session in [session for session in self.sessions if which(session)]:
            session.abort()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with contextlib.suppress(OSError, AttributeError):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # the listener shares the port with its keeper
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    bound.setblocking(False)
    return bound
