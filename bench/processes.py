"""Child processes of the bench: pinned to a core, measured, and ended with it whatever happens."""

import atexit
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
ROOT = Path(__file__).resolve().parents[1]  # where the project's packages are
TICK = os.sysconf("SC_CLK_TCK")
CALIBRATION_LOOPS = 400_000

_alive: list["Child"] = []


def _cores() -> tuple[int, int]:
    """The first that we may use for the measured, the last for everything else; the same where there is but one."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    return usable[0], usable[-1]


SERVER_CORE, LOAD_CORE = _cores()


@dataclass
class Child:
    """A process that we started, and its descendants."""

    name: str
    process: subprocess.Popen[bytes]

    def pids(self) -> list[int]:
        """The process and its descendants."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            try:
                tasks = [task.name for task in Path(f"/proc/{pid}/task").iterdir()]
            except FileNotFoundError:
                continue
            found.append(pid)
            for task in tasks:
                with contextlib.suppress(OSError):
                    todo += [int(each) for each in Path(f"/proc/{pid}/task/{task}/children").read_text().split()]
        return found

    def cpu_seconds(self) -> float:
        """Used so far by all of them."""
        return sum(map(cpu_of, self.pids()))

    def memory_mb(self) -> float:
        return round(sum(map(_resident_kb, self.pids())) / 1024, 1)

    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self, patience: float = 10.0) -> None:
        """Politely, then not."""
        if self in _alive:
            _alive.remove(self)
        pids = self.pids()
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if pid != self.process.pid or self.process.poll() is None:
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def start(
    name: str,
    command: Sequence[str],
    *,
    core: int,
    environment: Mapping[str, str],
    log: Path,
    talks: bool = False,
) -> Child:
    """`talks`: its standard output is ours to read and its standard input ours to close. It ends when we are killed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603
            command,
            env=dict(environment),
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE if talks else out,
            stderr=out,
            start_new_session=True,
            preexec_fn=on_core(core),
        )
    child = Child(name, process)
    _alive.append(child)
    return child


def on_core(core: int) -> Callable[[], None] | None:
    """Runs in a child before its program: pins it there, and has the kernel end it with us."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def bind() -> None:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})
        as_nice_as(os.nice(0))
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def as_nice_as(nice: int) -> None:
    """Where Linux shares its cores out among sessions, a process's own niceness counts inside its session only."""
    if nice:
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(nice))


def stop_all() -> None:
    for child in list(reversed(_alive)):
        child.stop()


atexit.register(stop_all)


def cpu_of(pid: int) -> float:
    """Seconds of CPU of one process, with all its threads; to the nanosecond where the kernel has a clock for it."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        pass
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def busy_seconds(core: int) -> float:
    """What a core was busy for anybody since the machine started, in seconds."""
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith(f"cpu{core} "):
            fields = [int(field) for field in line.split()[1:]]
            return (sum(fields[:3]) + sum(fields[5:8])) / TICK
    return 0.0


def calibration(core: int) -> float:
    """Milliseconds of CPU for a fixed piece of Python on that core: how fast it is just now."""
    with _pinned(core):
        began = time.process_time()
        total = 0
        for number in range(CALIBRATION_LOOPS):
            total += number * number % 7
        return (time.process_time() - began) * 1000


@contextlib.contextmanager
def _pinned(core: int) -> Iterator[None]:
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, seconds: float, child: Child) -> bool:
    """Whether something listens there in time, while the child lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and child.alive():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.02)
    return False


def _resident_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
