"""Whether memory stays flat over very many requests: their number bounds it, and so does the time."""

import statistics
import threading
import time
from collections.abc import Sequence

from bench.measure import job, load, primed
from bench.session import Running, Session
from bench.tables import short
from bench.targets import Target

LONGEST_SECONDS = 3300.0
READINGS = 200
FLAT = 0.05  # what the last quarter may be above the second
CONNECTIONS = 32


def soak(session: Session, target: Target, *, requests: int, query: str, mode: str) -> str:
    """What the resident memory of `target` was over so many requests of one query."""
    session.past_the_doors(True)
    with session.running(target, warm=mode == "warm") as running:
        if mode == "warm":
            primed(session, running)
        readings: list[tuple[float, float]] = []
        over = threading.Event()
        watching = threading.Thread(target=_watch, args=(running, readings, over), daemon=True)
        watching.start()
        began = time.perf_counter()
        work = job(
            session,
            running,
            session.bodies(target, query),
            connections=CONNECTIONS,
            seconds=LONGEST_SECONDS,
            most=requests,
        )
        figures = load(work)
        over.set()
        watching.join()
    taken = time.perf_counter() - began
    memory = [mb for _, mb in readings]
    second, last = (statistics.median(part) for part in (_quarter(memory, 1), _quarter(memory, 3)))
    verdict = "flat" if last <= second * (1 + FLAT) else "NOT FLAT"
    shown = [memory[int(n * (len(memory) - 1) / 10)] for n in range(11)]
    return (
        f"\n**{target.title}: {figures.done} requests of {query}, {mode}, in {taken:.0f} s ({figures.bad} bad, "
        f"{figures.lost} lost)**\n\nResident MB at each tenth: {', '.join(map(short, shown))}. "
        f"Median of the second quarter {short(second)}, of the last {short(last)}: {verdict}.\n"
    )


def _watch(running: Running, readings: list[tuple[float, float]], over: threading.Event) -> None:
    """Often at first; where it becomes long, every second reading is let go and they come half as often."""
    pause = 0.05
    while not over.wait(pause):
        readings.append((time.perf_counter(), running.child.memory_mb()))
        if len(readings) >= 2 * READINGS:
            del readings[::2]
            pause *= 2


def _quarter(values: Sequence[float], number: int) -> Sequence[float]:
    size = max(1, len(values) // 4)
    return values[number * size : (number + 1) * size] or values[-1:] or [0.0]
