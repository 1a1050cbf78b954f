"""An office on the wire: who may ask, what is counted, which fault strikes, and how it lies."""

import base64
from abc import ABC, abstractmethod
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike

LARGEST_QUESTION = 32_000_000  # documents travel in it


class Office(ABC):
    """`prefix` begins the numbers of its files, `realm` is told to whoever it does not know."""

    realm: str
    prefix: str

    def __init__(self, name: str, username: str, password: str, faults: Faults, counts: Counts, clock: Clock) -> None:
        self.name, self._clock = name, clock
        self._faults, self._counts = faults, counts
        self._account = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

    @abstractmethod
    def done(self, asked: Any, request: Request) -> dict[str, Any]:
        """Carries out what is asked; the answer to it."""

    @abstractmethod
    def file_of(self, reference: str) -> dict[str, Any]:
        """The answer that holds the file."""

    async def answer(self, request: Request, operation: str, shape: type[Any]) -> Response:
        try:
            asked = msgspec.json.decode(await question(request, LARGEST_QUESTION), type=shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(self.name, operation)
            return said({"result": "BAD_REQUEST"}, 400)
        keys = (asked.reference,)
        self._counts.count(self.name, operation, keys)
        with self._counts.in_flight(self.name, operation, keys):
            answer: dict[str, Any] | None = None
            if self._is_known(request) and any(f.kind in ("silent", "cut") for f in self._faults.of(self.name)):
                # The trap of a call that was carried out, and nobody hears of it
                answer = self.done(asked, request)
            try:
                struck = await strike(self._faults, self.name, request)
            except CallerGone:
                return nobody_left()
            if refused := _unwell(struck):
                return refused
            if not self._is_known(request):
                return said({"result": "UNAUTHORISED"}, 401, {"WWW-Authenticate": f'Basic realm="{self.realm}"'})
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, asked)
            whole = said(answer or self.done(asked, request))
            return CutInHalf(whole) if struck and struck.kind == "cut" else whole

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == self._account

    def _lie(self, how: str, asked: Any) -> Response:
        truth = self.file_of(asked.reference)
        if same := common_lie(how, truth):
            return same
        file = truth.get("file") or {
            "reference": asked.reference,
            "number": f"{self.prefix}-0",
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


def _unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return said({"result": "CLOSED"}, 503, {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return said({"result": "TOO_MANY"}, 429, {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return said({"result": "INTERNAL"}, 500)
    return None
