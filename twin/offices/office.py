"""An office of case files on the wire. Files move one stage each `stage_seconds` of the twin's clock, or when told."""

import base64
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.clock import Clock
from twin.commission_books import Act
from twin.counts import Counts
from twin.faults import Faults
from twin.json_lies import common_lie, said
from twin.medical_commission import LARGEST_QUESTION, Search, unwell
from twin.offices.books import Case, CaseBooks
from twin.offices.desk import desks_of
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike
from twin.world import World

USERNAME, PASSWORD = "tamin-sandbox", "sandbox-case-files"
PREFIXES = {"branch_counter": "BC", "short_term_benefits": "ST"}


class OfficeConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`stage_seconds`: a file moves one stage so often; None: only when told."""

    stage_seconds: float | None = None

    def __post_init__(self) -> None:
        if self.stage_seconds is not None and not 0 <= self.stage_seconds <= 1e9:
            raise ValueError("`stage_seconds` must not be negative")


class FileMove(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    state: str
    needs: str | None = None
    note: str | None = None


class CaseOffice:
    """Keeps its books until `reset`."""

    def __init__(self, name: str, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self.name, self._world = name, world
        self._faults, self._counts, self._clock = faults, counts, clock
        self._desks = desks_of(name)
        self.app = Starlette(
            routes=[
                Route("/v1/cases/search", self._search, methods=["POST"]),
                Route("/v1/cases/acts", self._act, methods=["POST"]),
                Route("/v1/cases/{service}", self._open, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.conditions = OfficeConditions()
        self.books = CaseBooks(self._world, PREFIXES[self.name], self._clock)

    async def _open(self, request: Request) -> Response:
        service = request.path_params["service"]
        if service not in self._desks:
            return said({"result": "NO_SUCH_SERVICE"}, 404)
        return await self._answer(request, "cases", Case)

    async def _search(self, request: Request) -> Response:
        return await self._answer(request, "cases/search", Search)

    async def _act(self, request: Request) -> Response:
        return await self._answer(request, "cases/acts", Act)

    async def _answer(self, request: Request, operation: str, shape: type[Any]) -> Response:
        try:
            asked = msgspec.json.decode(await question(request, LARGEST_QUESTION), type=shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(self.name, operation)
            return said({"result": "BAD_REQUEST"}, 400)
        keys = (asked.reference,)
        self._counts.count(self.name, operation, keys)
        with self._counts.in_flight(self.name, operation, keys):
            service = request.path_params.get("service", "")
            answer: dict[str, Any] | None = None
            if self._is_known(request) and any(f.kind in ("silent", "cut") for f in self._faults.of(self.name)):
                # The trap of a call that was carried out, and nobody hears of it
                answer = self._done(asked, service)
            try:
                struck = await strike(self._faults, self.name, request)
            except CallerGone:
                return nobody_left()
            if refused := unwell(struck):
                return refused
            if not self._is_known(request):
                return said({"result": "UNAUTHORISED"}, 401, {"WWW-Authenticate": 'Basic realm="cases"'})
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, asked)
            whole = said(answer or self._done(asked, service))
            return CutInHalf(whole) if struck and struck.kind == "cut" else whole

    def _done(self, asked: Case | Search | Act, service: str) -> dict[str, Any]:
        match asked:
            case Case():
                self.books.open(asked, self._desks[service])
            case Act():
                if not self.books.act(asked):
                    return {"result": "NOT_FOUND"}
        return self._file(asked.reference)

    def _file(self, reference: str) -> dict[str, Any]:
        file = self.books.files.get(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds is not None:
            self.books.move_on(file, self.conditions.stage_seconds)
        return {"result": "OK", "file": self.books.row(file)}

    def _is_known(self, request: Request) -> bool:
        expected = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        return request.headers.get("authorization") == expected

    def _lie(self, how: str, asked: Any) -> Response:
        truth = self._file(asked.reference)
        if same := common_lie(how, truth):
            return same
        file = truth.get("file") or {"reference": asked.reference, "number": "X-0", "state": 1, "board": 1}
        file |= {"changedAt": int(self._clock.time() * 1000)}
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
