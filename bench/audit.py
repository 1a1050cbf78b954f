"""What it costs that no answer leaves before it is on record: the same gateway with and without one, in turns.

In one process, without sockets: the whole application is called as its server would call it. The systems are dicts, so
the record's share is as large as it can be; then the same with systems that take 20 ms. The record is SQLite on this
machine's disk, flushed at every commit.
"""

import asyncio
import itertools
import logging
import statistics
import tempfile
import time
from typing import Any

import orjson
import structlog
from starlette.applications import Starlette

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import SystemClock
from gateway.operation.audit.opening import open_record
from gateway.operation.audit.settings import AuditSettings
from gateway.schema import build_schema
from tests.operation.audit.recorded_gateway import KEYRING, AsTold, OneContract, app_of
from tests.resolvers.conftest import SARA, World

QUERY = """{ me { nationalId identity { firstName lastName birth { jalali } lifeStatus provenance { freshness } }
  dependents { relation firstName } insurance { status links { branch } } contributionSummary { days months }
  contributionRecords(first: 20) { nodes { month days wage } } pension { kind monthlyAmount }
  unemployment { stage } payments { nodes { state amount } } debts { nodes { number remaining } } } }"""
BODY = orjson.dumps({"query": QUERY})
ROUNDS, AT_ONCE = 12, (1, 32)
SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/graphql",
    "raw_path": b"/graphql",
    "query_string": b"",
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 80),
    "scheme": "http",
    "http_version": "1.1",
}


async def ask(app: Starlette) -> float:
    """Seconds until the whole answer was there."""
    began, sent, status = time.perf_counter(), False, 0

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(dict(SCOPE), receive, send)
    if status != 200:
        raise RuntimeError(f"status {status}")
    return time.perf_counter() - began


async def round_of(app: Starlette, at_once: int, times: int) -> tuple[list[float], float]:
    """The seconds of each, and answers a second."""
    numbers, seconds, began = itertools.count(), [], time.perf_counter()

    async def one_after_the_other() -> None:
        while next(numbers) < times:
            seconds.append(await ask(app))

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return seconds, times / (time.perf_counter() - began)


async def compare(off: Starlette, on: Starlette, at_once: int) -> str:
    times = 40 if at_once == 1 else 320
    taken: dict[str, tuple[list[float], list[float]]] = {"off": ([], []), "on": ([], [])}
    for number in range(ROUNDS):
        order = [("off", off), ("on", on)]
        for name, app in order if number % 2 else reversed(order):
            seconds, a_second = await round_of(app, at_once, times)
            if number >= 2:  # two to warm up
                taken[name][0].extend(seconds)
                taken[name][1].append(a_second)
    p50 = {name: statistics.median(seconds) * 1000 for name, (seconds, _) in taken.items()}
    rate = {name: statistics.median(rates) for name, (_, rates) in taken.items()}
    return (
        f"| {at_once} | {p50['off']:.1f} ms | {p50['on']:.1f} ms | {p50['on'] / p50['off']:.2f} "
        f"| {rate['off']:.0f} | {rate['on']:.0f} | {rate['on'] / rate['off']:.2f} |"
    )


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    world = World(build_schema(), caller=Caller(kind=CallerKind.CITIZEN, subject=SARA, client="bench"))
    caller, contracts = AsTold(world.caller), OneContract()
    with tempfile.TemporaryDirectory() as folder:
        settings = AuditSettings(store=f"sqlite:///{folder}/record.db", writer="bench")
        async with open_record(settings, KEYRING, SystemClock()) as record:
            off, on = (app_of(world, kept, caller, contracts) for kept in (None, record))
            for delay in (0.0, 0.02):
                world.delay = delay
                print(f"\nsystems that take {delay * 1000:.0f} ms\n")
                print("| at once | p50 without | p50 with | ratio | a second without | with | ratio |")
                print("| --- | --- | --- | --- | --- | --- | --- |")
                for at_once in AT_ONCE:
                    print(await compare(off, on, at_once))


if __name__ == "__main__":
    asyncio.run(main())
