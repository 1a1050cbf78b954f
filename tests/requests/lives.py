"""Forks lives of scenarios on demand, from a process that has imported the gateway already.

Each line on standard input is a life to begin: `{"scenario", "place", "point", "output"}`; the answer is its exit code,
-9 where it killed itself at its point.
"""

import asyncio
import importlib
import json
import os
import signal
import sys
from typing import Any

import gateway.running  # noqa: F401 - imported once, for all lives
from gateway.logs import configure_logs
from tests.journeys.processes import ends_with_us
from tests.requests.scenario import Scenario


def main() -> None:
    configure_logs("json")  # to standard error: the other one is where lives are told of
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        life = json.loads(line)
        child = os.fork()
        if not child:
            _live(**life)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _live(scenario: str, place: dict[str, Any], point: list[Any] | None, output: str) -> None:
    """Does not return. `point` is [flow, step, moment, how often it is met before it kills]."""
    ends_with_us()
    log = os.open(f"{output}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)  # standard output is where exit codes are told
    os.dup2(log, 2)
    try:
        met = _Met(point)
        reached = asyncio.run(_work(scenario_of(scenario), place, met))
        with open(output, "w") as file:  # noqa: PTH123
            json.dump(reached | {"met": sorted(met.seen)}, file)
        os._exit(0)
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)


async def _work(scenario: Scenario, place: dict[str, Any], met: "_Met") -> dict[str, Any]:
    async with scenario(place, met) as life:
        return await life.live()


def scenario_of(name: str) -> Scenario:
    module, _, function = name.partition(":")
    scenario: Scenario = getattr(importlib.import_module(module), function)
    return scenario


class _Met:
    """An observer that notes the points it is told of, and dies at one of them."""

    def __init__(self, point: list[Any] | None) -> None:
        self._point = tuple(point[:3]) if point else None
        self._left: int = point[3] if point else 0
        self.seen: set[tuple[str, str, str]] = set()

    def __call__(self, flow: str, step: str, moment: str) -> None:
        self.seen.add((flow, step, moment))
        if (flow, step, moment) == self._point:
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1


if __name__ == "__main__":
    main()
