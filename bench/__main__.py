"""`make bench`, or `python -m bench`: this gateway side by side with its peers. `--help` has the options."""

import argparse
import datetime
import os
import platform
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Sample, kept, primed, rounds
from bench.processes import stop_all
from bench.session import Running, Session, differences, session
from bench.tables import cells, matrix, noise, table
from bench.targets import ALL, Target, with_engines

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> None:
    arguments = _arguments()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: sys.exit(128 + number))
    try:
        _run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as problem:
        sys.exit(f"bench: {problem}")
    finally:
        stop_all()


def _run(arguments: argparse.Namespace) -> None:
    chosen = _targets(arguments)
    folder = RESULTS / datetime.datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005 - a name on this machine
    wants_node = any(target.kind == "node" for target in chosen)
    with session(people=arguments.people, persons=arguments.persons, node=wants_node, folder=folder) as held:
        if wants_node and held.place.node is None:
            print("There is no npm on this machine: the Node peers are left out.")
            chosen = [target for target in chosen if target.kind != "node"]
        print(_machine())
        samples: list[Sample] = []
        for mode in arguments.modes.split(","):
            for delay in [float(each) for each in arguments.delays.split(",")]:
                samples += _mode(held, chosen, arguments, mode, delay, folder)
        _report(samples, chosen, folder, arguments.base or _base(chosen))


def _mode(
    held: Session, chosen: Sequence[Target], arguments: argparse.Namespace, mode: str, delay: float, folder: Path
) -> list[Sample]:
    """Starts all targets, sees that they agree, measures, and stops them."""
    held.past_the_doors(delay == 0)
    held.delay(0)
    measured = [target for target in chosen if not (mode == "warm" and target.only_cold)]
    runnings: list[Running] = []
    try:
        for target in measured:
            runnings.append(held.start(target, warm=mode == "warm"))
        agreeing = [running for running in runnings if running.target.name != "raw"]
        problems = differences(held, agreeing) if len(agreeing) > 1 else []
        if problems:
            raise RuntimeError("answers differ, so nothing is measured:\n" + "\n".join(problems))
        print(f"{mode}, {delay:g} ms: {len(agreeing)} targets answer with the same JSON", flush=True)
        if mode == "warm":
            for running in _keepers(runnings):
                primed(held, running)
        held.delay(delay)
        taken = rounds(
            held, runnings, arguments.queries.split(","), mode=mode, delay=delay, count=arguments.rounds,
            seconds=arguments.seconds, told=_told,
        )  # fmt: skip
    finally:
        for running in runnings:
            running.child.stop()
        held.delay(0)
    kept(taken, folder / "samples.jsonl")
    return taken


def _keepers(runnings: Sequence[Running]) -> list[Running]:
    """Each of ours, and one of the peers, who all keep their facts under the same names."""
    peers = [running for running in runnings if running.target.kind != "ours"]
    return [running for running in runnings if running.target.kind == "ours"] + peers[:1]


def _told(one: Sample) -> None:
    print(
        f"{one.query} {one.mode} {one.delay:g} ms  {one.round}  {one.target:<22}{one.cpu_ms:9.3f} CPU ms {one.per_second:9.1f}/s "
        f"p50 {one.p50:8.2f} p99 {one.p99:8.2f} ms  loop {one.calibration:5.1f} used {one.used:.2f} others {one.foreign:.2f} "
        f"load core {one.load_core:.2f} calls {one.calls:.2f}{'  BAD ' + str(one.bad) if one.bad or one.lost else ''}",
        flush=True,
    )


def _report(samples: list[Sample], chosen: Sequence[Target], folder: Path, base: str) -> None:
    found = cells(samples)
    titles = {target.name: target.title for target in chosen}
    text = "\n".join(
        [
            _machine(),
            *(table(cell, by, base) for cell, by in found.items()),
            matrix(found, base, titles),
            noise(samples),
        ]
    )
    (folder / "report.md").write_text(text + "\n")
    print(text)
    print(f"\nIn {folder}: report.md, samples.jsonl")


def _base(chosen: Sequence[Target]) -> str:
    return next((target.name for target in chosen if target.kind == "ours"), chosen[0].name)


def _targets(arguments: argparse.Namespace) -> list[Target]:
    names = arguments.targets.split(",") if arguments.targets else list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"bench: no such target: {', '.join(unknown)}; there are {', '.join(ALL)}")
    engines = arguments.engine.split(",") if arguments.engine else []
    more = dict(pair.split("=", 1) for pair in arguments.set)
    return with_engines([ALL[name] for name in names], engines, more)


def _machine() -> str:
    load = os.getloadavg()
    return (
        f"{datetime.datetime.now().isoformat(timespec='minutes')}, {platform.machine()}, {os.cpu_count()} cores, "  # noqa: DTZ005
        f"Python {platform.python_version()}, load {load[0]:.1f} {load[1]:.1f}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--targets", help=f"some of {','.join(ALL)} (all)")
    parser.add_argument("--queries", default="Q1,Q2,Q3", help="(Q1,Q2,Q3)")
    parser.add_argument(
        "--modes", default="cold,warm", help="cold: systems are asked; warm: facts in Redis (cold,warm)"
    )
    parser.add_argument("--delays", default="0", help="of each system's answer, in milliseconds, such as 0,20 (0)")
    parser.add_argument("--rounds", type=int, default=4, help="in each of which every target has its turn (4)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load, a sample (3)")
    parser.add_argument("--engine", help="of ours, such as compiled,reference: TAMIN_ENGINE")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of ours, as in the environment"
    )
    parser.add_argument("--base", help="the target whose ratios are shown (the first of ours)")
    parser.add_argument("--people", type=int, default=4000, help="of the twin's country (4000)")
    parser.add_argument("--persons", type=int, default=600, help="who have all that is asked for (600)")
    parser.add_argument("--quick", action="store_true", help="three minutes: fewer and shorter rounds")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.seconds = min(arguments.rounds, 2), min(arguments.seconds, 0.7)
        arguments.persons = min(arguments.persons, 450)
    return arguments


if __name__ == "__main__":
    main()
