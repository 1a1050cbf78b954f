"""How long one waits: a single cold Q1 with every system delayed, and the tail at half of what a target can do."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack

from bench.comparing import agreed
from bench.measure import primed, sample, settled
from bench.session import Session
from bench.tables import short
from bench.targets import Target

DELAY = 20.0  # milliseconds
ALONE_SECONDS = 3.0
WARM_UP_SECONDS = 1.0


def alone(session: Session, targets: Sequence[Target], *, rounds: int, delay: float = DELAY) -> str:
    """One request at a time, cold, through the branches' doors; what is above the delays is work and further hops."""
    session.past_the_doors(False)
    lines = [
        f"\n**One Q1 at a time, cold, each system {delay:g} ms**\n",
        "| target | least ms | p50 ms | p90 ms | delays in the least | p50 above them, ms | calls |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    with ExitStack() as stack:
        runnings = [stack.enter_context(session.running(target, warm=False)) for target in targets]
        agreed(session, runnings)
        for running in runnings:  # connections and prepared statements
            sample(session, running, "Q1", mode="cold", delay=0, number=0, seconds=WARM_UP_SECONDS, connections=1)
        stack.enter_context(session.delayed(delay))
        for running in runnings:
            taken = [
                sample(session, running, "Q1", mode="cold", delay=delay, number=n, seconds=ALONE_SECONDS, connections=1)
                for n in range(rounds)
            ]
            least = min(one.least for one in taken)
            p50, p90, calls = (
                statistics.median(values)
                for values in ([s.p50 for s in taken], [s.p90 for s in taken], [s.calls for s in taken])
            )
            hops = max(1, int(least // delay))
            figures = " | ".join(map(short, (least, p50, p90, hops, p50 - hops * delay, calls)))
            lines.append(f"| {running.target.title} | {figures} |")
            print(lines[-1], flush=True)
    return "\n".join(lines)


def at_half(session: Session, targets: Sequence[Target], *, mode: str, queries: Sequence[str], seconds: float) -> str:
    """Requests at even times, half as many as a target answers when it is asked as fast as it can."""
    session.past_the_doors(True)
    lines = [
        f"\n**At half of saturation, {mode}**\n",
        "| target | query | a second, at most | asked a second | p50 ms | p99 ms | p99 / p50 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for target in targets:
        if mode not in target.modes:
            continue
        with session.running(target, warm=mode == "warm") as running:
            if mode == "warm":
                primed(session, running)
            for query in queries:
                most = settled(session, running, query, mode=mode, seconds=seconds)
                rate = most.per_second / 2
                half = sample(session, running, query, mode=mode, delay=0, number=1, seconds=seconds, rate=rate)
                lines.append(
                    f"| {target.title} | {query} | {short(most.per_second)} | {short(rate)} | {short(half.p50)} "
                    f"| {short(half.p99)} | {short(half.p99 / max(half.p50, 1e-9))} |"
                )
                print(lines[-1], flush=True)
    return "\n".join(lines)
