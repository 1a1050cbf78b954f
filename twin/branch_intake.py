"""The branches' intake of premium lists, as docs/systems/branch_intake.md has it: a port of its own for each branch.

What it records are real rows of the branch's database (`twin.branches.clerk`), which no reset takes out again.
"""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.branches.clerk import Clerk, HandedList
from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike
from twin.world import BRANCHES

NAME = "branch_intake"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-lists-15"
LARGEST_QUESTION = 64_000_000
LISTS = "/v1/lists"


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
        async def take(request: Request) -> Response:
            return await self._answer(request, branch)

        return Starlette(routes=[Route(LISTS, take, methods=["POST"])])

    async def _answer(self, request: Request, branch: str) -> Response:
        system = f"{NAME}.{branch}"
        try:
            handed = msgspec.json.decode(await question(request, LARGEST_QUESTION), type=Handed)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(system, "lists")
            return said({"result": "BAD_REQUEST"}, 400)
        keys = (handed.reference,)
        self._counts.count(system, "lists", keys)
        with self._counts.in_flight(system, "lists", keys):
            answer: dict[str, Any] | None = None
            if self._is_known(request) and any(f.kind in ("silent", "cut") for f in self._faults.of(system)):
                answer = await self._entered(branch, handed)  # carried out, and nobody hears of it
            try:
                struck = await strike(self._faults, system, request)
            except CallerGone:
                return nobody_left()
            if refused := _unwell(struck):
                return refused
            if not self._is_known(request):
                return said({"result": "UNAUTHORISED"}, 401, {"WWW-Authenticate": 'Basic realm="lists"'})
            if struck and struck.kind == "lying" and struck.how:
                return _lie(struck.how, handed)
            whole = said(answer or await self._entered(branch, handed))
            return CutInHalf(whole) if struck and struck.kind == "cut" else whole

    async def _entered(self, branch: str, handed: Handed) -> dict[str, Any]:
        self.received[handed.reference] += 1
        now = self._clock.time()
        entry = await self._clerk.enter(branch, handed.reference, handed.tracking_code, handed.premium_list, now)
        told: dict[str, Any] = {"result": entry.result, "reference": handed.reference}
        if entry.result == "RECORDED":
            told |= {"number": entry.number, "recordedAt": int(entry.at * 1_000)}
        return told

    def _is_known(self, request: Request) -> bool:
        expected = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        return request.headers.get("authorization") == expected


def _lie(how: str, handed: Handed) -> Response:
    """About a list that is not entered."""
    truth = {"result": "RECORDED", "reference": handed.reference, "number": "0", "recordedAt": 0}
    same = common_lie(how, truth)
    if same:
        return same
    match how:
        case "error_inside":
            return said({"result": "LOCKED", "reference": handed.reference})
        case "busy_inside":
            return said({"result": "BUSY", "reference": handed.reference})
        case "another_list":
            return said(truth | {"reference": "0" * 32})
        case "wrong_types":
            return said(truth | {"number": [], "recordedAt": "yesterday"})
        case "without_number":
            return said({"result": "RECORDED", "reference": handed.reference})
    raise AssertionError(how)


def _unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return said({"result": "CLOSED"}, 503, {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return said({"result": "TOO_MANY"}, 429, {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return said({"result": "INTERNAL"}, 500)
    return None
