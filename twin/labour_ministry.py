"""The Labour Ministry, as docs/systems/labour_ministry.md has it: OAuth2 tokens that expire, a paged list of cases."""

import base64
import hashlib
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.jalali import midnight_ms, yyyymmdd
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, html_page, nobody_left, question, strike, turn
from twin.world import Case, World

NAME = "labour_ministry"
CLIENT_ID, CLIENT_SECRET = "tamin-sandbox", "sandbox-labour-1369"
SCOPE = "unemployment.read"
CODES, LARGEST_PAGE = 100, 100
LOST_ZEROS_EVERY = 3
NO_MOMENT = (None, 0, "null")
NO_DATE = ("", "0", "00000000", "null", None)


class LabourConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be set while it runs. Raises ValueError with a sentence."""

    expires_in: int = 300  # seconds that a new token lives

    def __post_init__(self) -> None:
        if not 1 <= self.expires_in <= 86_400:
            raise ValueError("`expires_in` must be between 1 and 86400 seconds")


class CaseSearch(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    national_codes: list[str]
    page: int = 1
    limit: int = 50

    def __post_init__(self) -> None:
        if not 1 <= len(self.national_codes) <= CODES or self.page < 1 or not 1 <= self.limit <= LARGEST_PAGE:
            raise ValueError("out of range")


class LabourMinistry:
    """Keeps the tokens it gave out; the cases never change."""

    def __init__(self, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._faults, self._counts, self._clock = faults, counts, clock
        self._cases: defaultdict[str, list[Case]] = defaultdict(list)
        for case in world.cases:
            self._cases[case.person].append(case)
        self.app = Starlette(
            routes=[
                Route("/oauth2/token", self._token, methods=["POST"]),
                Route("/api/v1/unemployment-cases/search", self._search, methods=["POST"]),
            ]
        )
        self._given = 0
        self.reset()

    def reset(self) -> None:
        self.conditions = LabourConditions()
        self._expiries: dict[str, float] = {}

    async def _token(self, request: Request) -> Response:
        self._counts.count(NAME, "oauth2/token")
        with self._counts.in_flight(NAME, "oauth2/token"):
            try:
                form = parse_qs((await question(request)).decode("ascii", "replace"))
                struck = await strike(self._faults, NAME, request)
            except QuestionTooLong:
                return said({"error": "invalid_request"}, 400)
            except CallerGone:
                return nobody_left()
            refused = _unwell(struck)
            if refused:
                return refused
            expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
            if request.headers.get("authorization") != expected:
                return said({"error": "invalid_client"}, 401, {"WWW-Authenticate": 'Basic realm="labour"'})
            if form.get("grant_type") != ["client_credentials"]:
                return said({"error": "unsupported_grant_type"}, 400)
            if form.get("scope", [SCOPE]) != [SCOPE]:
                return said({"error": "invalid_scope"}, 400)
            self._given += 1
            token = hashlib.sha256(f"sandbox token {self._given}".encode()).hexdigest()
            self._expiries[token] = self._clock.time() + self.conditions.expires_in
            answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.conditions.expires_in}
            if _tells(struck, "token_html"):
                return html_page()
            return _perhaps_cut(said(answer), struck)

    async def _search(self, request: Request) -> Response:
        try:
            search = msgspec.json.decode(await question(request), type=CaseSearch)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(NAME, "unemployment-cases/search")
            return _failed(400, "CLIENT_ERROR", "Bad Request", "invalid.request")
        self._counts.count(NAME, "unemployment-cases/search", search.national_codes)
        with self._counts.in_flight(NAME, "unemployment-cases/search", search.national_codes):
            try:
                struck = await strike(self._faults, NAME, request)
            except CallerGone:
                return nobody_left()
            refused = _unwell(struck)
            if refused:
                return refused
            if not self._is_current(request.headers.get("authorization", "")) or _tells(struck, "token_refused"):
                return said({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
            found = sorted(
                (case for code in set(search.national_codes) for case in self._cases.get(code, ())),
                key=lambda case: (case.person, case.tracking),
            )
            begin = (search.page - 1) * search.limit
            rows = [row(case) for case in found[begin : begin + search.limit]]
            if struck and struck.kind == "lying" and struck.how not in (None, "token_html"):
                return self._lie(struck.how, rows, len(found), set(search.national_codes))
            return _perhaps_cut(said(_listed(rows, len(found))), struck)

    def _is_current(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        return scheme == "Bearer" and self._expiries.get(token, 0) > self._clock.time()

    def _lie(self, how: str, rows: list[dict[str, Any]], total: int, asked: set[str]) -> Response:
        """`faults.LIES` has the list. The lies about cases fall on one at least, whoever was asked for."""
        same = common_lie(how, _listed(rows, total))
        if same:
            return same
        others = [row(cases[0]) for code, cases in self._cases.items() if code not in asked]
        rows = rows or others[:1]
        match how:
            case "error_inside":
                return _failed(200, "FAILED", "FAILED", "sso.case.locked")
            case "busy_inside":
                return _failed(200, "FAILED", "FAILED", "sso.to.sa.connection.exception")
            case "another_person":
                return said(_listed(others[:2], len(others[:2])))
            case "month_13":
                return said(_listed([r | {"jobLossDate": "14041305"} for r in rows], len(rows)))
            case "wrong_types":
                return said(_listed([r | {"paidMonths": "three", "dependantCount": {}} for r in rows], len(rows)))
        raise AssertionError(how)


def row(case: Case) -> dict[str, Any]:
    """A case on the wire; which empty marker it shows and whether it lost its zeros hangs on its tracking code."""

    def empty(of: str, markers: tuple[Any, ...]) -> Any:
        return markers[turn(of + case.tracking, len(markers))]

    lost = turn(case.tracking + "zeros", LOST_ZEROS_EVERY) == 0
    return {
        "natinoalCode": case.person.lstrip("0") if lost else case.person,
        "trackingCode": case.tracking,
        "stage": case.stage,
        "approval": case.approval,
        "registeredAt": midnight_ms(case.registered),
        "referredAt": midnight_ms(case.referred) if case.referred else empty("referred", NO_MOMENT),
        "jobLossDate": str(yyyymmdd(case.job_loss)) if case.job_loss else empty("loss", NO_DATE),
        "maritalStatus": "MARRIED" if case.married else "SINGLE",
        "dependantCount": case.dependants,
        "paidMonths": case.paid_months,
    }


def _listed(rows: list[dict[str, Any]], total: int) -> dict[str, Any]:
    return {
        "status": 200,
        "family": "SUCCESSFUL",
        "reason": "OK",
        "problems": [],
        "data": {"total": total, "list": rows},
    }


def _failed(status: int, family: str, reason: str, problem: str, headers: dict[str, str] | None = None) -> Response:
    envelope = {"status": status, "family": family, "reason": reason, "problems": [{"key": problem}], "data": None}
    return said(envelope, status, headers)


def _unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return _failed(503, "SERVER_ERROR", "Closed", "service.closed", {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return _failed(429, "CLIENT_ERROR", "Too Many", "too.many.requests", {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return _failed(500, "SERVER_ERROR", "Internal Server Error", "internal.error")
    return None


def _tells(struck: Fault | None, how: str) -> bool:
    return struck is not None and struck.kind == "lying" and struck.how == how


def _perhaps_cut(whole: Response, struck: Fault | None) -> Response:
    return CutInHalf(whole) if struck and struck.kind == "cut" else whole
