"""A system's own HTTP port: it can be closed and opened again at the same number, dropping live connections."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from twin.ready_made import ReadyAnswers

BACKLOG = 2048

logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # an answer cut on purpose is no error of ours


class Listener:
    """Serves one application on a loopback port, or its ready answers. Make it with `listening`."""

    def __init__(self, app: ASGIApp, port: int = 0, ready: ReadyAnswers | None = None) -> None:
        # Holds the number while we are closed: bound and never listening, so callers are refused and nobody takes it
        self._place = _bound(port)
        self.port: int = self._place.getsockname()[1]
        self._config = uvicorn.Config(
            app, http="httptools", ws="none", lifespan="off", log_config=None, access_log=False
        )
        self._config.load()
        self._ready = ready
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self._wanted = False
        self._changing: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Takes connections again; done once `settled` returns."""
        self._wanted = True
        self._change()

    def refuse(self) -> None:
        """Closes the port and drops every live connection; done once `settled` returns."""
        self._wanted = False
        self._change()

    async def settled(self) -> None:
        while self._changing and not self._changing.done():
            await self._changing

    async def close(self) -> None:
        """For good."""
        self.refuse()
        await self.settled()
        self._place.close()

    def _change(self) -> None:
        if self._changing is None or self._changing.done():
            self._changing = asyncio.get_running_loop().create_task(self._become_as_wanted())

    async def _become_as_wanted(self) -> None:
        while self._wanted != (self._server is not None):
            if self._wanted:
                listening = _bound(self.port)
                loop = asyncio.get_running_loop()
                self._server = await loop.create_server(self._protocol, sock=listening, backlog=BACKLOG)
            elif self._server:
                self._server.close()
                for connection in list(self._state.connections):
                    transport: Any = connection.transport
                    with suppress(RuntimeError):
                        transport.abort()
                # not wait_closed: before 3.12 it says nothing of connections, since then it waits for the slowest
                self._server = None
                await asyncio.sleep(0.01)  # uvloop closes its handles in a later round
                for task in list(self._state.tasks):
                    task.cancel()
                await asyncio.gather(*self._state.tasks, return_exceptions=True)

    def _protocol(self) -> asyncio.Protocol:
        if self._ready:
            return self._ready.protocol()
        return HttpToolsProtocol(config=self._config, server_state=self._state, app_state={})


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0, *, ready: ReadyAnswers | None = None) -> AsyncIterator[Listener]:
    """An open port as long as the block runs; 0 is any free one."""
    listener = Listener(app, port, ready)
    listener.open()
    await listener.settled()
    try:
        yield listener
    finally:
        await listener.close()


def _bound(port: int) -> socket.socket:
    # asyncio turns Nagle's delays off only where the protocol is named
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place.bind(("127.0.0.1", port))
    place.setblocking(False)
    return place
