"""Where the CPU of this gateway goes under load: what each of its threads used, and by their stacks, which py-spy
samples, for which part of it.
"""

import contextlib
import math
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.measure import primed, sample, settled
from bench.processes import LOAD_CORE, on_core
from bench.session import Running, Session
from bench.tables import short
from bench.targets import Target

RATE = 250  # stacks a second
SMALL = 0.02  # of the whole, under which a part is not told
PATIENCE = 30.0  # seconds that py-spy may need to write what it saw

# Where the innermost line of our own stands. What many use, as `gateway/domain`, is theirs who use it.
SHARED = ("gateway/loading/redis_memory", "gateway/loading/gathering")
PARTS = {
    "gateway/operation/audit/": "record",
    "gateway/stores/": "record",
    "gateway/operation/budget": "limits",
    "gateway/operation/windows": "limits",
    "gateway/loading/counters": "limits",
    "gateway/loading/redis_counters": "limits",
    "gateway/loading/redis_replay": "token and rights",
    "gateway/http/spending": "limits",
    "gateway/http/authentication/": "token and rights",
    "gateway/rights/": "token and rights",
    "gateway/operation/admission": "token and rights",
    "gateway/http/": "HTTP, in and out",
    "gateway/operation/": "operations: found, bound, run",
    "executor/": "executor",
    "gateway/resolvers/": "resolvers",
    "gateway/schema/": "resolvers",
    "gateway/loading/": "loading and memory",
    "adapters/outbound/": "calls: around each",
    "adapters/branch_databases/": "calls: branches",
    "adapters/civil_registry/": "calls: registry",
    "adapters/bank_refah/": "calls: bank",
    "adapters/labour_ministry/": "calls: ministry",
}
# Where no line of ours stands above a library: whose answer it reads, or what it does for the process.
LIBRARIES = {
    "uvicorn/": "HTTP, in and out",
    "starlette/": "HTTP, in and out",
    "aiohttp/": "calls: around each",
    "asyncpg/": "calls: branches",
    "redis/": "loading and memory",
    "aiosqlite/": "record",
}
OTHER = "the loop and the rest"
_PATH = re.compile(r" \((.*):\d+\)$")
_THREAD = re.compile(r"\bthread \((\d+)\)")


def part_of(stack: str) -> str:
    """`stack` as py-spy writes it: frames from the outermost, `function (path:line)`, between semicolons."""
    paths = [found.group(1) for frame in stack.split(";") if (found := _PATH.search(frame))]
    return _first(reversed(paths), PARTS) or _first(paths, LIBRARIES) or OTHER


def _first(paths: Iterable[str], names: Mapping[str, str]) -> str | None:
    own = (path for path in paths if not path.startswith(SHARED))
    return next((name for path in own for begin, name in names.items() if path.startswith(begin)), None)


def shares(raw: str, used: Mapping[int, float]) -> dict[str, float]:
    """Of all CPU, by part. `raw`: a stack and its count a line; `used`: what each thread used, by its id.

    How often a thread was seen says nothing about what it used: one that waits for the disk or the core is seen, too.
    """
    seen: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        thread = _THREAD.search(stack)
        seen[int(thread.group(1)) if thread else 0][part_of(stack)] += int(count)
    whole = sum(used.values())
    found: defaultdict[str, float] = defaultdict(float)
    for thread_id, seconds in used.items():
        parts = seen.get(thread_id) or Counter({OTHER: 1})
        for part, times in parts.items():
            found[part] += seconds / whole * times / parts.total()
    return dict(found)


def where(
    session: Session, target: Target, *, modes: Sequence[str], queries: Sequence[str], seconds: float, folder: Path
) -> str:
    """A table of microseconds a request. Raises RuntimeError where stacks cannot be read on this machine."""
    session.past_the_doors(True)
    columns: dict[str, tuple[float, dict[str, float]]] = {}
    for mode in modes:
        with session.running(target, warm=mode == "warm") as running:
            if mode == "warm":
                primed(session, running)
            for query in queries:
                plain = settled(session, running, query, mode=mode, seconds=seconds)
                raw = folder / f"stacks-{query}-{mode}.txt"
                with _spied(running, raw, seconds):
                    before = _used(running)
                    sample(session, running, query, mode=mode, delay=0, number=1, seconds=seconds)
                    used = {thread: after - before.get(thread, 0.0) for thread, after in _used(running).items()}
                columns[f"{query} {mode}"] = plain.cpu_ms, shares(raw.read_text(), used)
                print(f"{query} {mode}: {short(plain.cpu_ms)} CPU ms", flush=True)
    return table(target.title, columns)


def table(title: str, columns: Mapping[str, tuple[float, Mapping[str, float]]]) -> str:
    """`columns`: CPU milliseconds a request, and shares of it by part."""
    parts = sorted(
        {part for _, of in columns.values() for part, share in of.items() if share >= SMALL},
        key=lambda part: -max(of.get(part, 0.0) for _, of in columns.values()),
    )
    lines = [
        f"\n**Where the CPU goes: {title}**, microseconds a request (share)\n",
        f"| part | {' | '.join(columns)} |",
        f"| --- |{' --- |' * len(columns)}",
        f"| all | {' | '.join(short(cpu_ms * 1000) for cpu_ms, _ in columns.values())} |",
    ]
    for part in parts:
        told = (f"{short(cpu_ms * 1000 * of.get(part, 0))} ({of.get(part, 0):.0%})" for cpu_ms, of in columns.values())
        lines.append(f"| {part} | {' | '.join(told)} |")
    return "\n".join(lines)


def _used(running: Running) -> dict[int, float]:
    """Seconds of CPU of each thread so far."""
    if sys.platform != "linux":
        raise RuntimeError("what a thread used is read from Linux's /proc, which is not here")
    found = {}
    for pid in running.child.pids():
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # it has just ended
                found[int(task.name)] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return found


@contextlib.contextmanager
def _spied(running: Running, raw: Path, seconds: float) -> Iterator[None]:
    """Samples the stacks of a target while the block runs."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        raise RuntimeError("py-spy is not installed: it comes with `make setup`")
    command = [spy, "record", "--pid", str(running.child.process.pid), "--threads", "--subprocesses"]
    command += ["--format", "raw", "--rate", str(RATE), "--duration", str(math.ceil(seconds)), "--output", str(raw)]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=on_core(LOAD_CORE)
    ) as spying:
        try:
            yield
        finally:
            said, _ = spying.communicate(timeout=PATIENCE + seconds)
    if spying.returncode or not raw.exists():
        raise RuntimeError(f"the stacks of a process cannot be read here: {said.decode(errors='replace')[-500:]}")
