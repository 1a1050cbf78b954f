"""One sample: a load on one target, with what it used and how fast the machine was just then."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.loader import Figures, Job
from bench.processes import LOAD_CORE, ROOT, SERVER_CORE, busy_seconds, calibration, on_core
from bench.session import Running, Session

CONNECTIONS = {"Q1": 32, "Q2": 8, "Q3": 32}
DRAIN_SECONDS = 0.05
PRIMING_SECONDS = 300.0
MOST = 10_000_000


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
    least: float
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
    command = [sys.executable, "-m", "bench.loader"]
    done = subprocess.run(  # noqa: S603
        command,
        input=msgspec.json.encode(job),
        capture_output=True,
        check=False,
        timeout=job.seconds + 120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=on_core(LOAD_CORE),
    )
    if done.returncode:
        raise RuntimeError(f"the load failed: {done.stderr.decode()[-1000:]}")
    return msgspec.json.decode(done.stdout, type=Figures)


def primed(session: Session, running: Running) -> None:
    """Asks about everybody once, so that each fact is remembered."""
    everybody = session.everybody(running.target)
    load(job(session, running, everybody, connections=8, seconds=PRIMING_SECONDS, most=len(session.place.persons)))


def job(
    session: Session,
    running: Running,
    bodies: Path,
    *,
    connections: int,
    seconds: float,
    most: int = MOST,
    rate: float | None = None,
) -> Job:
    """With fresh proofs where the target's caller needs them, and then at most one request for each."""
    each = None
    if running.target.caller == "proof":
        count = len(bodies.read_bytes().splitlines())
        each = str(session.place.holder.write(running.url, count, session.place.folder / "proofs.txt"))
        most = min(most, count)
    return Job(
        url=running.url,
        bodies=str(bodies),
        headers=running.target.headers(session.place),
        each=each,
        connections=connections,
        seconds=seconds,
        most=most,
        rate=rate,
    )


def sample(
    session: Session,
    running: Running,
    query: str,
    *,
    mode: str,
    delay: float,
    number: int,
    seconds: float,
    connections: int | None = None,
    rate: float | None = None,
    bodies: Path | None = None,
) -> Sample:
    """`query` names it; `bodies`, where there are any, are asked instead of the session's own."""
    asked = bodies or session.bodies(running.target, query)
    at_once = connections or CONNECTIONS[query]
    work = job(session, running, asked, connections=at_once, seconds=seconds, rate=rate)
    before = calibration(SERVER_CORE)
    calls = _calls(session)
    began, cpu, (busy, load_busy) = time.perf_counter(), running.child.cpu_seconds(), _busy()
    figures = load(work)
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
        least=figures.least,
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


def settled(session: Session, running: Running, query: str, *, mode: str, seconds: float) -> Sample:
    """The second of two samples without delay: the first warms up."""
    sample(session, running, query, mode=mode, delay=0, number=0, seconds=seconds)
    return sample(session, running, query, mode=mode, delay=0, number=1, seconds=seconds)


def _busy() -> tuple[float, float]:
    return busy_seconds(SERVER_CORE), busy_seconds(LOAD_CORE)


def _calls(session: Session) -> int:
    """Calls to the systems so far; those to branches past their doors are not seen."""
    counts = session.control("GET", "counts")
    systems = [counts["civil_registry"], counts["bank_refah"], counts["labour_ministry"]]
    branches = list(counts["branch_databases"].values())
    return sum(number for operations in (*systems, *branches) for number in operations.values())


def told(one: Sample) -> None:
    """A line, as soon as it is known."""
    wrong = f"  BAD {one.bad} LOST {one.lost}" if one.bad or one.lost else ""
    sys.stdout.write(
        f"{one.query} {one.mode} {one.delay:g} ms  {one.round}  {one.target:<22}{one.cpu_ms:9.3f} CPU ms "
        f"{one.per_second:9.1f}/s  p50 {one.p50:8.2f}  p99 {one.p99:8.2f} ms  loop {one.calibration:5.1f}  "
        f"used {one.used:.2f}  others {one.foreign:.2f}  load core {one.load_core:.2f}  calls {one.calls:.2f}{wrong}\n"
    )
    sys.stdout.flush()


def kept(samples: Sequence[Sample], path: Path) -> None:
    with path.open("a") as file:
        for one in samples:
            file.write(json.dumps(msgspec.to_builtins(one)) + "\n")
