"""One sample: a load on one target, with what it used and how fast the machine was just then."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from bench.loader import Figures, Job
from bench.processes import LOAD_CORE, SERVER_CORE, busy_seconds, calibration
from bench.session import Running, Session

CONNECTIONS = {"Q1": 32, "Q2": 8, "Q3": 32}
DRAIN_SECONDS = 0.05
PRIMING_SECONDS = 300.0


class Sample(msgspec.Struct, kw_only=True):
    """`cpu_ms`: CPU of the server and its children a request. `calibration`: milliseconds of a fixed loop on its core,
    the mean of before and after. `foreign`: what others took of that core, as a share. `calls`: to systems, a request.
    """

    target: str
    query: str
    mode: str  # cold or warm
    delay: float  # of each system's answer, in milliseconds
    round: int
    cpu_ms: float
    per_second: float
    p50: float
    p90: float
    p99: float
    largest: float
    done: int
    bad: int
    lost: int
    calibration: float
    used: float  # cores
    foreign: float
    load_core: float  # busy, as a share
    memory_mb: float
    calls: float
    bytes: int = 0


def load(job: Job) -> Figures:
    """Runs a load in a process of its own on the load's core. Raises RuntimeError with its last words."""
    command = ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "bench.loader"]
    done = subprocess.run(  # noqa: S603
        command,
        input=msgspec.json.encode(job),
        capture_output=True,
        check=False,
        timeout=job.seconds + 120,
        env={**os.environ, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
    )
    if done.returncode:
        raise RuntimeError(f"the load failed: {done.stderr.decode()[-1000:]}")
    return msgspec.json.decode(done.stdout, type=Figures)


def primed(session: Session, running: Running) -> None:
    """Asks about everybody once, so that each fact is remembered."""
    load(
        Job(
            url=running.url,
            bodies=str(session.everybody(running.target)),
            headers=running.target.headers(session.place),
            connections=8,
            seconds=PRIMING_SECONDS,
            most=len(session.place.persons),
        )
    )


def sample(
    session: Session, running: Running, query: str, *, mode: str, delay: float, number: int, seconds: float,
    connections: int | None = None, rate: float | None = None, bodies: Path | None = None,
) -> Sample:  # fmt: skip
    job = Job(
        url=running.url,
        bodies=str(bodies or session.bodies(running.target, query)),
        headers=running.target.headers(session.place),
        connections=connections or CONNECTIONS[query],
        seconds=seconds,
        rate=rate,
    )
    before = calibration(SERVER_CORE)
    calls = _calls(session)
    began, cpu, busy, load_busy = time.perf_counter(), running.child.cpu_seconds(), *_busy()
    figures = load(job)
    time.sleep(DRAIN_SECONDS)
    taken = time.perf_counter() - began
    cpu = running.child.cpu_seconds() - cpu
    server_busy, all_load_busy = _busy()
    calls = _calls(session) - calls
    done = max(1, figures.done)
    return Sample(
        target=running.target.name,
        query=query,
        mode=mode,
        delay=delay,
        round=number,
        cpu_ms=round(cpu * 1000 / done, 4),
        per_second=round(figures.per_second, 1),
        p50=figures.p50,
        p90=figures.p90,
        p99=figures.p99,
        largest=figures.largest,
        done=figures.done,
        bad=figures.bad,
        lost=figures.lost,
        calibration=round((before + calibration(SERVER_CORE)) / 2, 2),
        used=round(cpu / taken, 3),
        foreign=round(max(0.0, server_busy - busy - cpu) / taken, 3),
        load_core=round((all_load_busy - load_busy) / taken, 3),
        memory_mb=running.child.memory_mb(),
        calls=round(calls / done, 3),
        bytes=figures.bytes // done,
    )


def _busy() -> tuple[float, float]:
    return busy_seconds(SERVER_CORE), busy_seconds(LOAD_CORE)


def _calls(session: Session) -> int:
    """Calls to the systems so far; those to branches past their doors are not seen."""
    counts = session.control("GET", "counts")
    systems = [counts["civil_registry"], counts["bank_refah"], counts["labour_ministry"]]
    branches = list(counts["branch_databases"].values())
    return sum(number for operations in (*systems, *branches) for number in operations.values())


def rounds(
    session: Session, runnings: Sequence[Running], queries: Sequence[str], *, mode: str, delay: float, count: int,
    seconds: float, told: Callable[[Sample], None],
) -> list[Sample]:  # fmt: skip
    """Each query's rounds, in each of which every target has its turn; the first round of each only warms up."""
    taken: list[Sample] = []
    for query in queries:
        for number in range(count + 1):
            for running in runnings:
                some = min(seconds, 1.5) if number == 0 else seconds
                one = sample(session, running, query, mode=mode, delay=delay, number=number, seconds=some)
                if number:
                    taken.append(one)
                    told(one)
    return taken


def kept(samples: Sequence[Sample], path: Path) -> None:
    with path.open("a") as file:
        for one in samples:
            file.write(json.dumps(msgspec.to_builtins(one)) + "\n")
