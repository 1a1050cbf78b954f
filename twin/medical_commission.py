"""The medical commission, as docs/systems/medical_commission.md has it: referrals once each, boards that decide.

Files move only when they are told to: by the control API (`PUT /_twin/commission`), or by themselves, one stage each
`stage_seconds` of the twin's clock, where that is set.
"""

import base64
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.clock import Clock
from twin.commission_books import Act, CommissionBooks, Referral
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike

NAME = "medical_commission"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-commission-91"
LARGEST_QUESTION = 32_000_000  # documents travel in it


class CommissionConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`stage_seconds`: a file moves one stage so often; 0: only when told. `outcome`: APPROVED or REJECTED, of the
    first board; the board of appeal always approves. `asks`: whether the board asks for information on its way."""

    stage_seconds: float = 0.0
    outcome: str = "APPROVED"
    asks: bool = False

    def __post_init__(self) -> None:
        if self.outcome not in {"APPROVED", "REJECTED"}:
            raise ValueError("`outcome` must be APPROVED or REJECTED")
        if not 0 <= self.stage_seconds <= 1e9:
            raise ValueError("`stage_seconds` must not be negative")


class Move(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What the control API tells of one file."""

    state: str
    needs: str | None = None
    note: str | None = None
    in_days: float | None = None  # of a session
    place: str = "کمیسیون پزشکی تهران، طبقه دوم"


class Search(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str


class MedicalCommission:
    """Keeps its books until `reset`."""

    def __init__(self, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._faults, self._counts, self._clock = faults, counts, clock
        self.app = Starlette(
            routes=[
                Route("/v1/referrals", self._refer, methods=["POST"]),
                Route("/v1/referrals/search", self._search, methods=["POST"]),
                Route("/v1/referrals/acts", self._act, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.conditions = CommissionConditions()
        self.books = CommissionBooks(self._clock)

    async def _refer(self, request: Request) -> Response:
        return await self._answer(request, "referrals", Referral)

    async def _search(self, request: Request) -> Response:
        return await self._answer(request, "referrals/search", Search)

    async def _act(self, request: Request) -> Response:
        return await self._answer(request, "referrals/acts", Act)

    async def _answer(self, request: Request, operation: str, shape: type[Any]) -> Response:
        try:
            asked = msgspec.json.decode(await question(request, LARGEST_QUESTION), type=shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(NAME, operation)
            return said({"result": "BAD_REQUEST"}, 400)
        keys = (asked.reference,)
        self._counts.count(NAME, operation, keys)
        with self._counts.in_flight(NAME, operation, keys):
            answer: dict[str, Any] | None = None
            if self._is_known(request) and any(f.kind in ("silent", "cut") for f in self._faults.of(NAME)):
                # The trap of a call that was carried out, and nobody hears of it
                answer = self._done(asked)
            try:
                struck = await strike(self._faults, NAME, request)
            except CallerGone:
                return nobody_left()
            if refused := unwell(struck):
                return refused
            if not self._is_known(request):
                return said({"result": "UNAUTHORISED"}, 401, {"WWW-Authenticate": 'Basic realm="commission"'})
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, asked)
            whole = said(answer or self._done(asked))
            return CutInHalf(whole) if struck and struck.kind == "cut" else whole

    def _done(self, asked: Referral | Search | Act) -> dict[str, Any]:
        match asked:
            case Referral():
                self.books.refer(asked)
            case Act():
                if not self.books.act(asked):
                    return {"result": "NOT_FOUND"}
        return self._file(asked.reference)

    def _file(self, reference: str) -> dict[str, Any]:
        file = self.books.file(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds:
            self.books.move_on(file, self.conditions)
        return {"result": "OK", "file": self.books.row(file)}

    def _is_known(self, request: Request) -> bool:
        expected = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        return request.headers.get("authorization") == expected

    def _lie(self, how: str, asked: Any) -> Response:
        truth = self._file(asked.reference)
        same = common_lie(how, truth)
        if same:
            return same
        file = truth.get("file") or {
            "reference": asked.reference,
            "number": "CM-0",
            "state": 1,
            "board": 1,
            "changedAt": int(self._clock.time() * 1000),
        }
        match how:
            case "error_inside":
                return said({"result": "LOCKED"})
            case "busy_inside":
                return said({"result": "BUSY"})
            case "another_referral":
                return said({"result": "OK", "file": file | {"reference": "0" * 32}})
            case "wrong_types":
                return said({"result": "OK", "file": file | {"state": "many", "board": {}}})
            case "unknown_state":
                return said({"result": "OK", "file": file | {"state": 99}})
        raise AssertionError(how)


def unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return said({"result": "CLOSED"}, 503, {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return said({"result": "TOO_MANY"}, 429, {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return said({"result": "INTERNAL"}, 500)
    return None
