"""The load generator counts what was answered, and knows its bounds."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.loader import Job, quantile, run

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n" + b'{"data": 1}'
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n" + b'{"data": 1}' + b"\r\n0\r\n\r\n"
WRONG = b"HTTP/1.1 503 -\r\ncontent-length: 0\r\n\r\n"


class Server:
    def __init__(self) -> None:
        self.answer = ANSWER
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.heads.append(head)
                self.bodies.append(await reader.readexactly(size))
                for at in range(0, len(self.answer), 20):  # in pieces, as networks do
                    writer.write(self.answer[at : at + 20])
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Server, str]]:
    held = Server()
    listening = await asyncio.start_server(held.serve, "127.0.0.1", 0)
    yield held, f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/graphql"
    listening.close()
    await asyncio.sleep(0)


@pytest.fixture
def bodies(tmp_path: Path) -> str:
    path = tmp_path / "bodies"
    path.write_bytes(b'{"a": 1}\n{"a": 22}')
    return str(path)


@pytest.mark.parametrize("answer", [ANSWER, CHUNKED], ids=["with a length", "chunked"])
async def test_it_ends_with_the_number_of_requests(server: tuple[Server, str], bodies: str, answer: bytes) -> None:
    held, url = server
    held.answer = answer
    figures = await run(Job(url=url, bodies=bodies, connections=3, seconds=60, most=50))
    assert (figures.done, figures.bad, figures.lost) == (50, 0, 0)
    assert len(held.bodies) == 50
    assert set(held.bodies) == {b'{"a": 1}', b'{"a": 22}'}


async def test_it_ends_with_its_time_and_waits_for_what_is_under_way(server: tuple[Server, str], bodies: str) -> None:
    held, url = server
    figures = await run(Job(url=url, bodies=bodies, connections=2, seconds=0.2))
    assert figures.done == len(held.bodies) > 0
    assert figures.answered <= figures.done


async def test_at_even_times_it_asks_no_more_than_its_rate(server: tuple[Server, str], bodies: str) -> None:
    held, url = server
    figures = await run(Job(url=url, bodies=bodies, connections=2, seconds=0.5, rate=40))
    assert figures.done == len(held.bodies) <= 21


async def test_an_answer_that_is_not_200_is_bad(server: tuple[Server, str], bodies: str) -> None:
    held, url = server
    held.answer = WRONG
    figures = await run(Job(url=url, bodies=bodies, connections=1, seconds=60, most=5))
    assert figures.bad == 5


async def test_each_request_carries_its_own_header(server: tuple[Server, str], bodies: str, tmp_path: Path) -> None:
    held, url = server
    (tmp_path / "each").write_text("dpop: one\ndpop: two")
    job = Job(url=url, bodies=bodies, headers=["x: y"], each=str(tmp_path / "each"), connections=1, seconds=9, most=2)
    await run(job)
    assert {head.split(b"dpop: ")[1].split(b"\r\n")[0] for head in held.heads} == {b"one", b"two"}
    assert all(b"x: y\r\n" in head for head in held.heads)


def test_a_quantile_is_in_milliseconds() -> None:
    assert quantile([0.001, 0.002, 0.003, 0.004], 0.5) == 3.0
    assert quantile([], 0.99) == 0.0
