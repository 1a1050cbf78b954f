"""`python -m bench.clients`: what a call to a back office costs over each HTTP client, side by side.

Four calls at once a request, 32 requests in flight, as a cold profile makes them; the server sends ready bytes from a
process of its own. CPU of the client's process, in milliseconds a request: the smallest of the rounds, which are
interleaved. `channel` is our own seam with its time-out, slots and cap; the others are the clients by themselves.
pyreqwest and httpx2 are measured where they are installed; they are no dependencies of ours.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import multiprocessing
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import httpx
import uvloop
from httpx_aiohttp import HttpxAiohttpClient

from adapters.outbound.http import HttpClient, open_channel
from adapters.outbound.settings import ChannelSettings
from gateway.domain.failure import Source

CALLS, IN_FLIGHT, POOL = 4, 32, 200
QUESTION = b'{"payers":["0013542419"],"page":1,"pageSize":200}'
ANSWER = b"x" * 1200
HEADERS = {"content-type": "application/json", "authorization": "Bearer " + "t" * 40, "x-time": "1764000000"}

Post = Callable[[], Awaitable[bytes]]


def serve(listener: socket.socket, core: int | None) -> None:
    """Reads no more of a request than its end: the body's length is known."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(ANSWER)

    class Ready(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
            self.read = b""

        def data_received(self, data: bytes) -> None:
            self.read += data
            if self.read.endswith(QUESTION):
                self.read = b""
                self.transport.write(head + ANSWER)

    async def main() -> None:
        await (await asyncio.get_running_loop().create_server(Ready, sock=listener)).serve_forever()

    uvloop.run(main())


@contextlib.asynccontextmanager
async def over_channel(url: str, client: HttpClient) -> AsyncIterator[Post]:
    settings = ChannelSettings(timeout=10, parallelism=POOL, max_answer_bytes=10_000, http_client=client)
    async with open_channel(Source.BANK_REFAH, url, settings) as channel:

        async def post() -> bytes:
            return (await channel.post("/x", QUESTION, HEADERS)).body

        yield post


@contextlib.asynccontextmanager
async def over_httpx(url: str, client: httpx.AsyncClient) -> AsyncIterator[Post]:
    async with client:

        async def post() -> bytes:
            return (await client.post(url + "/x", content=QUESTION, headers=HEADERS)).content

        yield post


@contextlib.asynccontextmanager
async def over_aiohttp(url: str) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=POOL)) as session:

        async def post() -> bytes:
            async with session.post(url + "/x", data=QUESTION, headers=HEADERS) as response:
                return await response.read()

        yield post


@contextlib.asynccontextmanager
async def over_pyreqwest(url: str) -> AsyncIterator[Post]:
    from pyreqwest.client import ClientBuilder  # type: ignore[import-not-found]

    async with ClientBuilder().build() as client:

        async def post() -> bytes:
            request = client.post(url + "/x").headers(HEADERS).body_bytes(QUESTION).build()
            return bytes(await (await request.send()).bytes())

        yield post


def clients(url: str) -> dict[str, Callable[[], contextlib.AbstractAsyncContextManager[Post]]]:
    limits = httpx.Limits(max_connections=POOL, max_keepalive_connections=POOL)
    found: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[Post]]] = {
        "httpx": lambda: over_httpx(url, httpx.AsyncClient()),
        "httpx-aiohttp": lambda: over_httpx(url, HttpxAiohttpClient(limits=limits)),
        "channel, httpx": lambda: over_channel(url, HttpClient.HTTPX),
        "aiohttp": lambda: over_aiohttp(url),
        "channel, aiohttp": lambda: over_channel(url, HttpClient.AIOHTTP),
    }
    if importlib.util.find_spec("httpx2"):
        import httpx2  # type: ignore[import-not-found]

        found["httpx2"] = lambda: over_httpx(url, httpx2.AsyncClient())
    if importlib.util.find_spec("pyreqwest"):
        found["pyreqwest"] = lambda: over_pyreqwest(url)
    return found


async def load(post: Post, requests: int) -> float:
    """CPU milliseconds a request of four calls."""

    async def caller(count: int) -> None:
        for _ in range(count):
            answers = await asyncio.gather(*(post() for _ in range(CALLS)))
            if answers != [ANSWER] * CALLS:
                raise RuntimeError("another answer than the server sends")

    await asyncio.gather(*(caller(2) for _ in range(IN_FLIGHT)))
    began = time.process_time()
    each = requests // IN_FLIGHT
    await asyncio.gather(*(caller(each) for _ in range(IN_FLIGHT)))
    return (time.process_time() - began) * 1000 / (each * IN_FLIGHT)


async def measure(url: str, rounds: int, requests: int) -> None:
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, opened in clients(url).items():
            async with opened() as post:
                taken.setdefault(name, []).append(await load(post, requests))
    for name, samples in taken.items():
        print(f"{name:<20}{min(samples):7.2f} CPU ms    all rounds: {' '.join(f'{one:.2f}' for one in samples)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.clients", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=960)
    arguments = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    cores = sorted(os.sched_getaffinity(0))
    apart = len(cores) > 1
    server = multiprocessing.get_context("fork").Process(
        target=serve, args=(listener, cores[1] if apart else None), daemon=True
    )
    server.start()
    if apart:
        os.sched_setaffinity(0, {cores[0]})
    try:
        uvloop.run(measure(url, arguments.rounds, arguments.requests))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
