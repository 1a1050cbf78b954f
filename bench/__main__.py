"""`make bench`, or `python -m bench`: this gateway side by side with its peers, on the twin's own wires.

Without options: every target cold and warm, each query, some twenty minutes. bench/README.md says how to read it.
`profile`, `cost`, `audit` and `clients` as the first word run those measurements instead.
"""

import argparse
import datetime
import os
import platform
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bench.clean.reference import reference
from bench.comparing import Plan, compare, report
from bench.growing import grow
from bench.processes import as_nice_as, stop_all
from bench.session import Session, session
from bench.soaking import soak
from bench.targets import ALL, Target, with_engines
from bench.waiting import alone, at_half
from bench.where import where

RESULTS = Path(__file__).resolve().parent / "results"
OTHERS = ("profile", "cost", "audit", "clients")
QUICK = "ours,handwritten,mercurius-jit,yoga-jit,apollo,strawberry"


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in OTHERS:
        name = sys.argv.pop(1)
        runpy.run_module(f"bench.{name}", run_name="__main__")
        return
    arguments = _arguments()
    if arguments.nice:
        os.nice(arguments.nice)
        as_nice_as(arguments.nice)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins with it ignored
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda number, _frame: sys.exit(128 + number))
    try:
        _run(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as problem:
        sys.exit(f"bench: {problem}")
    finally:
        stop_all()


def _run(arguments: argparse.Namespace) -> None:
    if arguments.hive:
        print(_machine() + reference(_folder(), rounds=arguments.rounds, seconds=arguments.seconds))
        return
    targets = _targets(arguments)
    folder = _folder()
    wants_node = any(target.kind == "node" for target in targets)
    with session(people=arguments.people, persons=arguments.persons, node=wants_node, folder=folder) as held:
        if wants_node and held.place.node is None:
            print("There is no npm on this machine: the Node peers are left out.")
            targets = [target for target in targets if target.kind != "node"]
        head = _machine()
        print(head, flush=True)
        text = head + _work(arguments, targets)(held, folder)
    (folder / "report.md").write_text(text + "\n")
    print(f"{text}\n\nIn {folder}: report.md and what it is made of")


def _work(arguments: argparse.Namespace, targets: list[Target]) -> Callable[[Session, Path], str]:
    """What is to be measured, as Markdown in the end."""
    queries, modes = arguments.queries.split(","), arguments.modes.split(",")
    ours = next((target for target in targets if target.kind == "ours"), targets[0])

    def side_by_side(held: Session, folder: Path) -> str:
        delays = [float(delay) for delay in arguments.delays.split(",")]
        plan = Plan(
            queries=queries,
            modes=modes,
            delays=delays,
            rounds=arguments.rounds,
            seconds=arguments.seconds,
            warm_up=3.0 if arguments.quick else 10.0,
        )
        return report(compare(held, targets, plan), targets, arguments.base or ours.name, folder)

    def tails(held: Session, _folder: Path) -> str:
        return "\n".join(at_half(held, targets, mode=m, queries=queries, seconds=arguments.seconds) for m in modes)

    if arguments.soak:
        return lambda held, _: soak(held, ours, requests=arguments.soak, query=queries[0], mode=modes[-1])
    if arguments.where:
        return lambda held, folder: where(
            held, ours, modes=modes, queries=queries, seconds=arguments.seconds, folder=folder
        )
    if arguments.growth:
        return lambda held, _: grow(held, ours, seconds=arguments.seconds, rounds=arguments.rounds)
    if arguments.alone:
        return lambda held, _: alone(held, targets, rounds=arguments.rounds)
    return tails if arguments.half else side_by_side


def _targets(arguments: argparse.Namespace) -> list[Target]:
    names = arguments.targets.split(",") if arguments.targets else list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"bench: no such target: {', '.join(unknown)}; there are {', '.join(ALL)}")
    engines = arguments.engine.split(",") if arguments.engine else []
    more = dict(pair.split("=", 1) for pair in arguments.set)
    return with_engines([ALL[name] for name in names], engines, more)


def _folder() -> Path:
    """Of this run."""
    return RESULTS / datetime.datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005 - a name on this machine


def _machine() -> str:
    load = os.getloadavg()
    return (
        f"{datetime.datetime.now().isoformat(timespec='minutes')}, {platform.machine()}, {os.cpu_count()} cores, "  # noqa: DTZ005
        f"Python {platform.python_version()}, load {load[0]:.1f} {load[1]:.1f}\n"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="three minutes: fewer targets, fewer and shorter rounds")
    add("--targets", help=f"some of {','.join(ALL)} (all)")
    add("--queries", default="Q1,Q2,Q3", help="(Q1,Q2,Q3)")
    add("--modes", default="cold,warm", help="cold: systems are asked; warm: facts in Redis (cold,warm)")
    add("--delays", default="0", help="of each system's answer, in milliseconds, such as 0,20 (0)")
    add("--rounds", type=int, default=4, help="in each of which every target has its turn (4)")
    add("--seconds", type=float, default=3.0, help="of load, a sample (3)")
    add("--engine", help="of ours, such as compiled,reference: TAMIN_EXECUTION__ENGINE")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of ours, as in the environment")
    add("--base", help="the target whose ratios are shown (the first of ours)")
    add("--people", type=int, default=4000, help="of the twin's country (4000)")
    add("--persons", type=int, default=600, help="who have all that is asked for (600)")
    add("--alone", action="store_true", help="instead: one cold Q1 at a time, every system delayed by 20 ms")
    add("--half", action="store_true", help="instead: latency at half of saturation")
    add("--where", action="store_true", help="instead: in which parts of ours the CPU goes, by its sampled stacks")
    add("--growth", action="store_true", help="instead: how the cost grows with persons, records, branches, documents")
    add("--nice", type=int, default=0, help="of all that it starts; below 0, as root, where others use the machine (0)")
    add("--hive", action="store_true", help="instead: Hive Gateway beside Mercurius on a clean upstream, for reference")
    add("--soak", type=int, metavar="N", help="instead: memory over N requests of the first query, in the last mode")
    arguments = parser.parse_args()
    if arguments.soak is not None and not 1 <= arguments.soak <= 1_000_000:
        parser.error("--soak takes 1 to 1000000")
    if arguments.growth:
        arguments.people, arguments.persons = max(arguments.people, 8000), max(arguments.persons, 1000)
    if arguments.quick:
        arguments.rounds, arguments.seconds = min(arguments.rounds, 1), min(arguments.seconds, 0.8)
        arguments.persons = min(arguments.persons, 450)
        arguments.targets = arguments.targets or QUICK
    return arguments


if __name__ == "__main__":
    main()
