"""Side by side: every target up at once, their answers compared, then rounds in which each has its turn."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.goals import against_goals
from bench.measure import CONNECTIONS, Sample, job, kept, load, primed, sample, told
from bench.plot import drawn
from bench.session import Running, Session, differences
from bench.tables import cells, matrix, noise, table
from bench.targets import Target

# A Node peer compiles itself while it works, so it has longer to warm up, by its number of requests or by time.
WARM_UP_SECONDS = {"ours": 1.0, "python": 1.0, "node": 10.0}
WARM_UP_REQUESTS = {"Q1": 2_000, "Q2": 200, "Q3": 5_000}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`delays` of each system's answer, in milliseconds."""

    queries: Sequence[str]
    modes: Sequence[str]
    delays: Sequence[float]
    rounds: int
    seconds: float
    warm_up: float = 10.0  # seconds, at most


def compare(session: Session, targets: Sequence[Target], plan: Plan) -> list[Sample]:
    """Raises RuntimeError, with the differences, where two targets do not say the same."""
    taken: list[Sample] = []
    for mode in plan.modes:
        for delay in plan.delays:
            some = [target for target in targets if mode in target.modes]
            taken += _compared(session, some, plan, mode, delay)
    return taken


def _compared(session: Session, targets: Sequence[Target], plan: Plan, mode: str, delay: float) -> list[Sample]:
    session.past_the_doors(delay == 0)
    with ExitStack() as stack:
        runnings = [stack.enter_context(session.running(target, warm=mode == "warm")) for target in targets]
        agreed(session, runnings)
        if mode == "warm":
            for running in _keepers(runnings):
                primed(session, running)
        stack.enter_context(session.delayed(delay))
        return [one for query in plan.queries for one in _rounds(session, runnings, query, mode, delay, plan)]


def _rounds(
    session: Session, runnings: Sequence[Running], query: str, mode: str, delay: float, plan: Plan
) -> list[Sample]:
    for running in runnings:
        seconds = min(plan.warm_up, WARM_UP_SECONDS[running.target.kind])
        bodies = session.bodies(running.target, query)
        most = WARM_UP_REQUESTS[query]
        load(job(session, running, bodies, connections=CONNECTIONS[query], seconds=seconds, most=most))
    taken: list[Sample] = []
    for number in range(1, plan.rounds + 1):
        for running in runnings:
            one = sample(session, running, query, mode=mode, delay=delay, number=number, seconds=plan.seconds)
            told(one)
            taken.append(one)
    return taken


def agreed(session: Session, runnings: Sequence[Running]) -> None:
    """Raises RuntimeError where two of them do not say the same. A raw endpoint says one thing to all."""
    speaking = [running for running in runnings if running.target.name != "raw"]
    problems = differences(session, speaking)
    if problems:
        raise RuntimeError("answers differ, so nothing is measured:\n" + "\n".join(problems))
    print(f"{len(speaking)} targets answer with the same JSON", flush=True)


def report(samples: Sequence[Sample], targets: Sequence[Target], base: str, folder: Path) -> str:
    """All tables as Markdown. Writes samples.jsonl and cpu.svg."""
    found = cells(samples)
    titles = {target.name: target.title for target in targets}
    tables = [table(cell, by, base) for cell, by in found.items()]
    (folder / "cpu.svg").write_text(drawn(found, titles))
    kept(samples, folder / "samples.jsonl")
    goals = against_goals(found, base, titles) if base == "ours" else ""
    return "\n".join([*tables, matrix(found, base, titles), goals, noise(samples)])


def _keepers(runnings: Sequence[Running]) -> list[Running]:
    """Each of ours, and one of the peers, who all keep their facts under the same names."""
    peers = [running for running in runnings if running.target.kind != "ours"]
    return [running for running in runnings if running.target.kind == "ours"] + peers[:1]
