"""The branches' intake of premium lists, as docs/systems/branch_intake.md has it: a port of its own for each branch.

What it records are real rows of the branch's database (`twin.branches.clerk`), which no reset takes out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from starlette.applications import Starlette

from twin.branches.clerk import Clerk, HandedList
from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, JsonDesk, Lie, Operation
from twin.world import BRANCHES

NAME = "branch_intake"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-lists-15"
LARGEST_QUESTION = 64_000_000


class Handed(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    tracking_code: str
    premium_list: HandedList = msgspec.field(name="list")

    def __post_init__(self) -> None:
        if not 1 <= len(self.reference) <= 32:
            raise ValueError("a reference has 1 to 32 characters")


class BranchIntake:
    """`apps` by branch. `received` counts how often each list came since the last reset."""

    def __init__(self, clerk: Clerk, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._clerk, self._faults, self._counts, self._clock = clerk, faults, counts, clock
        self.apps = {branch: self._app(branch) for branch in BRANCHES}
        self.reset()

    def reset(self) -> None:
        self.received: Counter[str] = Counter()

    async def summary(self) -> dict[str, list[dict[str, Any]]]:
        """By branch, for tests: what was entered, and how often it came."""
        return {
            branch: [
                entry | {"received": self.received[entry["reference"]]} for entry in await self._clerk.entries(branch)
            ]
            for branch in BRANCHES
        }

    def _app(self, branch: str) -> Starlette:
        lists = Operation(
            path="/v1/lists", shape=Handed, done=partial(self._entered, branch), books=True, bent=_unentered
        )
        account, largest = (USERNAME, PASSWORD), LARGEST_QUESTION
        name = f"{NAME}.{branch}"
        return JsonDesk(name, account, [lists], self._faults, self._counts, LIES, realm="lists", largest=largest).app

    async def _entered(self, branch: str, handed: Handed) -> Answer:
        self.received[handed.reference] += 1
        now = self._clock.time()
        entry = await self._clerk.enter(branch, handed.reference, handed.tracking_code, handed.premium_list, now)
        told: Answer = {"result": entry.result, "reference": handed.reference}
        if entry.result == "RECORDED":
            told |= {"number": entry.number, "recordedAt": int(entry.at * 1_000)}
        return told


def _unentered(handed: Handed) -> Answer:
    """What would be said of a list that is not entered."""
    return {"result": "RECORDED", "reference": handed.reference, "number": "0", "recordedAt": 0}


LIES: Mapping[str, Lie] = {
    "error_inside": lambda truth: {"result": "LOCKED", "reference": truth["reference"]},
    "busy_inside": lambda truth: {"result": "BUSY", "reference": truth["reference"]},
    "another_list": lambda truth: truth | {"reference": "0" * 32},
    "wrong_types": lambda truth: truth | {"number": [], "recordedAt": "yesterday"},
    "without_number": lambda truth: {"result": "RECORDED", "reference": truth["reference"]},
}
