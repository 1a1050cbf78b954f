"""A small HTTP server of the tests' own, on loopback, that answers as told and keeps what it was sent."""

import asyncio
import contextlib
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import RawTestServer
from multidict import CIMultiDictProxy

Answer = Callable[["Seen"], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Seen:
    method: str
    target: str
    headers: CIMultiDictProxy[str]
    body: bytes
    peer: object = None  # the other end of its connection


@dataclass
class StandIn:
    """`answer` may be exchanged at any time. `override`, where set, goes before it."""

    answer: Answer
    override: Answer | None = None
    seen: list[Seen] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        peer = request.transport.get_extra_info("peername") if request.transport else None
        seen = Seen(request.method or "", request.path_qs, request.headers, await request.read(), peer)
        self.seen.append(seen)
        self.was_asked.set()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await (self.override or self.answer)(seen)
        finally:
            self.in_flight -= 1

    def says(self, body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """From now on the same answer to all."""
        content = body.encode() if isinstance(body, str) else body

        async def fixed(_: Seen) -> web.StreamResponse:
            return web.Response(status=status, body=content, headers=headers)

        self.override = fixed

    def is_silent(self) -> None:
        async def never(_: Seen) -> web.StreamResponse:
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        self.override = never


@contextlib.asynccontextmanager
async def standing_in(answer: Answer) -> AsyncIterator[StandIn]:
    stand_in = StandIn(answer)
    async with RawTestServer(stand_in.serve, handler_cancellation=True) as server:
        stand_in.url = str(server.make_url("")).rstrip("/")
        yield stand_in


@contextlib.asynccontextmanager
async def raw_bytes(sent: bytes) -> AsyncIterator[str]:
    """A server that sends these bytes to whoever writes, and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}"


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.moment = datetime.datetime(2026, 11, 1, 12, 0, tzinfo=datetime.UTC)
        self.seconds = 1000.0

    def now(self) -> datetime.datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def goes_on(self, seconds: float) -> None:
        self.seconds += seconds
        self.moment += datetime.timedelta(seconds=seconds)
