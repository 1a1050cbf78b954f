"""`python -m tests.requests.cycles.proof --people 80000`: a whole country's marriages in one cycle, killed on the way;
then all daughters' dependency, killed once.

Kills (SIGKILL) when a third is assessed, when two thirds are, and when half of the grants are carried out and half are
told; starts it again each time; holds what came of it against a judge that reckons from the world. Exit code 1 where
anybody was taken twice or left out.
"""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.requests.cycles.country import ends_judged, ends_of, judged, running_country, wanted_of

# Branches write years with two digits, and what is before 1350 reads as after 1400: windows begin in 1350.
MONTH, SINCE = "1405-07", "1355-01"
WORDS = ("run", "marriage-allowance", "--month", MONTH, "--since", SINCE)


def main() -> None:
    arguments = _arguments()
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {text}", flush=True)  # noqa: T201

    with tempfile.TemporaryDirectory(prefix="tamin-cycle-") as name:
        folder = Path(name)
        country = running_country(
            folder,
            people=arguments.people,
            seed=arguments.seed,
            branches=arguments.branches,
            batch=arguments.batch,
            cache=arguments.cache or folder / "cache",
        )
        with country as running:
            wanted = wanted_of(running.world, 140507, 135501)
            cases, grants = wanted.cases.total(), len(wanted.granted)
            say(f"{arguments.people} people, {len(wanted.cases)} of them in {cases} cases, {grants} to be granted")
            stops = (
                ("outcome IS NOT NULL", cases // 3),
                ("outcome IS NOT NULL", 2 * cases // 3),
                ("effect IS NOT NULL", grants // 2),
                ("told IS NOT NULL", grants // 2),
            )
            for where, count in stops:
                reached = running.killed_once(where, max(1, count), *WORDS)
                say(f"killed with {reached} cases where {where}")
            told = running.runs(*WORDS)
            say("at its end")
            try:
                figures = judged(running, wanted, told)
            except AssertionError as wrong:
                say(f"NOT SO: {wrong}")
                traceback.print_exc()
                print(told)  # noqa: T201
                sys.exit(1)
            print(told)  # noqa: T201
            say(", ".join(f"{count} {figure}" for figure, count in figures.items()))
            ends = ends_of(running.world, 140507, 135501)
            words = ("run", "daughters", *WORDS[2:])
            mine = "cycle LIKE 'daughters%' AND outcome IS NOT NULL"
            reached = running.killed_once(mine, len(ends.persons) // 2, *words)
            say(f"killed with {reached} cases of daughters' dependency assessed")
            told = running.runs(*words)
            try:
                figures = ends_judged(running, ends, told)
            except AssertionError as wrong:
                say(f"NOT SO: {wrong}")
                traceback.print_exc()
                print(told)  # noqa: T201
                sys.exit(1)
            print(told)  # noqa: T201
            say(", ".join(f"{count} {figure}" for figure, count in figures.items()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.requests.cycles.proof",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, default=80_000, help="who live in the country (80000)")
    parser.add_argument("--seed", type=int, default=3070, help="what it is drawn from (3070)")
    parser.add_argument("--branches", default="sqlite", help="sqlite, or postgres (sqlite)")
    parser.add_argument("--batch", type=int, default=250, help="persons a step (250)")
    parser.add_argument("--cache", type=Path, help="where the country is kept for the next time")
    return parser.parse_args()


if __name__ == "__main__":
    main()
