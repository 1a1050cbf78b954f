"""Runs the application on a socket until it is told to stop, and then without dropping anyone.

On SIGTERM or SIGINT /ready says 503 at once; new connections are still answered for `drain_grace_seconds`; then none is
taken, requests in flight are answered within `drain_seconds`, and `serve` returns. A second signal ends it at once.
"""

import asyncio
import logging
import time
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from gateway.http.connection import connections
from gateway.http.lifecycle import Lifecycle, Stage
from gateway.http.settings import Listening

WEBSOCKET_MESSAGE = 256 * 1024  # bytes


class Server(uvicorn.Server):
    """`await serve()` in the main thread, since it takes the signals; it returns when drained. Raises OSError where it
    cannot listen. Once `ready` is set, `port` is where it really listens.
    """

    def __init__(self, app: ASGIApp, lifecycle: Lifecycle, listening: Listening) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=listening.host,
                port=listening.port,
                http=connections(listening),
                ws="websockets-sansio",
                ws_max_size=WEBSOCKET_MESSAGE,
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                limit_concurrency=listening.concurrent_requests,
                backlog=listening.backlog,
                timeout_keep_alive=listening.idle_seconds,
                timeout_graceful_shutdown=listening.drain_seconds,
            )
        )
        # It names the addresses of clients; what it says of requests stands in our own access log.
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        self.ready = asyncio.Event()
        self._lifecycle = lifecycle
        self._listening = listening
        self._stop_at: float | None = None

    @property
    def port(self) -> int:
        port: int = self.servers[0].sockets[0].getsockname()[1]
        return port

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        try:
            await super().startup()
        except SystemExit:  # uvicorn's way to say that it cannot, after it logged why
            raise OSError(f"cannot start on {self._listening.host} port {self._listening.port}") from None
        self.ready.set()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, the second ends. Neither is recorded: uvicorn would raise it again at the end."""
        if self._lifecycle.stage is Stage.DRAINING:
            self.force_exit = True
            self.should_exit = True
            return
        self.drain()

    def drain(self) -> None:
        self._lifecycle.drain()
        self._stop_at = time.monotonic() + self._listening.drain_grace_seconds

    async def on_tick(self, counter: int) -> bool:
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)
