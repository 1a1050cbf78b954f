"""The load: `python -m bench.loader` reads one job as JSON from standard input and prints one line of figures.

A client written for being cheap, so that what it takes of the core it shares with the systems is little and the same
for everyone: bare protocols on uvloop, requests made beforehand, answers read only as far as their length says.
Closed loop: each connection asks again as soon as it was answered. With a `rate`, requests are due at even times, and
latency counts from when one was due. At the end each connection waits for the answer that is still under way.
"""

import asyncio
import sys
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import msgspec
import uvloop

LONGEST_SECONDS = 3600.0
FEW_ROUNDS = 8
PATIENCE = 60.0  # for answers under way at the end


class Job(msgspec.Struct, kw_only=True):
    """`bodies` is a file of request bodies, one a line; `headers` are lines. Ends at `seconds` or `most` requests.

    `each` may hold further header lines a body, in the order of the bodies: proofs, which are good once.
    """

    url: str
    bodies: str
    headers: list[str] = []
    each: str | None = None
    connections: int = 32
    seconds: float = 4.0
    most: int = 10_000_000
    rate: float | None = None  # a second


class Figures(msgspec.Struct, kw_only=True):
    """Latencies in milliseconds. `done`: all that were answered, also after the end; `answered`: within `seconds`.

    `per_second` is what was answered within them; where that is only a few rounds of the connections, it is all that
    was answered in all of the time that it took.
    """

    done: int
    answered: int
    seconds: float
    per_second: float
    bad: int  # other status than 200, or errors in the answer
    lost: int  # connections that were closed under a request
    bytes: int
    least: float
    p50: float
    p90: float
    p99: float
    largest: float


class Load:
    """What all connections share."""

    def __init__(self, requests: list[bytes], job: Job) -> None:
        self.requests, self.job = requests, job
        self.sent = self.answered = self.bad = self.lost = self.bytes = 0
        self.latencies: list[float] = []
        self.over = asyncio.Event()
        self.began = self.ends = 0.0
        self.due: deque[float] = deque()
        self.idle: list[Connection] = []
        self.under_way = 0
        self.stopped = False  # no more will be due

    def next(self) -> bytes | None:
        if self.sent >= self.job.most or time.perf_counter() >= self.ends:
            return None
        self.sent += 1
        return self.requests[self.sent % len(self.requests)]

    def finished(self) -> None:
        self.under_way -= 1
        ending = self.stopped or self.sent >= self.job.most or time.perf_counter() >= self.ends
        if self.under_way == 0 and ending:
            self.over.set()


class Connection(asyncio.Protocol):
    def __init__(self, load: Load) -> None:
        self.load = load
        self.waiting = bytearray()
        self.wanted = -1  # bytes of the whole answer; 0 where it is chunked
        self.asked_at = 0.0
        self.busy = False
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def ask(self, due: float | None = None) -> None:
        request = self.load.next()
        if request is None:
            return
        self.busy = True
        self.load.under_way += 1
        self.asked_at = due or time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        waiting = self.waiting
        waiting += data
        if self.wanted < 0:
            end = waiting.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(waiting[:end]).lower()
            place = head.find(b"content-length:")
            self.wanted = end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if self.wanted and len(waiting) < self.wanted:
            return
        if not self.wanted and not waiting.endswith(b"\r\n0\r\n\r\n"):
            return
        self._answered()

    def _answered(self) -> None:
        load, now = self.load, time.perf_counter()
        load.latencies.append(now - self.asked_at)
        load.answered += now <= load.ends
        load.bytes += len(self.waiting)
        if not self.waiting.startswith(b"HTTP/1.1 200") or b'"errors":' in self.waiting:
            load.bad += 1
        self.waiting.clear()
        self.wanted, self.busy = -1, False
        if load.job.rate is None:
            self.ask()
        elif load.due:
            self.ask(load.due.popleft())
        else:
            load.idle.append(self)
        load.finished()

    def connection_lost(self, error: Exception | None) -> None:
        if self.busy:
            self.load.lost += 1
            self.load.finished()


async def run(job: Job) -> Figures:
    place = urlsplit(job.url)
    load = Load(requests_of(job), job)
    loop, host, port = asyncio.get_running_loop(), place.hostname or "", place.port or 80
    connections: list[Connection] = []
    for _ in range(job.connections):
        _, connection = await loop.create_connection(lambda: Connection(load), host, port)
        connections.append(connection)
    load.began = time.perf_counter()
    load.ends = load.began + min(job.seconds, LONGEST_SECONDS)
    if job.rate is None:
        for connection in connections:
            connection.ask()
        await asyncio.wait([asyncio.ensure_future(load.over.wait())], timeout=job.seconds + PATIENCE)
    else:
        await _at_even_times(load, connections, job.rate)
    now = time.perf_counter()
    taken = min(now, load.ends) - load.began
    few = load.answered < FEW_ROUNDS * job.connections
    per_second = len(load.latencies) / (now - load.began) if few else load.answered / taken
    for connection in connections:
        connection.transport.close()
    load.latencies.sort()
    return Figures(
        done=len(load.latencies),
        answered=load.answered,
        seconds=taken,
        per_second=per_second,
        bad=load.bad,
        lost=load.lost,
        bytes=load.bytes,
        least=quantile(load.latencies, 0.0),
        p50=quantile(load.latencies, 0.5),
        p90=quantile(load.latencies, 0.9),
        p99=quantile(load.latencies, 0.99),
        largest=quantile(load.latencies, 1.0),
    )


async def _at_even_times(load: Load, connections: list[Connection], rate: float) -> None:
    load.idle = list(connections)
    due = time.perf_counter()
    while due < load.ends and load.sent < load.job.most:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if load.idle:
            load.idle.pop().ask(due)
        else:
            load.due.append(due)
        due += 1 / rate
    load.stopped = True
    if load.under_way:
        await asyncio.wait([asyncio.ensure_future(load.over.wait())], timeout=PATIENCE)


def requests_of(job: Job) -> list[bytes]:
    place = urlsplit(job.url)
    lines = [
        f"POST {place.path} HTTP/1.1",
        f"host: {place.netloc}",
        "content-type: application/json",
        "accept: application/json",
        *job.headers,
    ]
    head = "".join(f"{line}\r\n" for line in lines).encode()
    with open(job.bodies, "rb") as file:  # noqa: PTH123
        bodies = file.read().splitlines()
    own: list[bytes] = [b""] * len(bodies)
    if job.each:
        with open(job.each, "rb") as file:  # noqa: PTH123
            own = [line + b"\r\n" for line in file.read().splitlines()]
    return [
        head + mine + b"content-length: %d\r\n\r\n" % len(body) + body for body, mine in zip(bodies, own, strict=True)
    ]


def quantile(ordered: list[float], share: float) -> float:
    """In milliseconds, of seconds in order; 0 without any."""
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 3)


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(job))) + b"\n")


if __name__ == "__main__":
    main()
