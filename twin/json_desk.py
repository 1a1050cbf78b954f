"""A desk that takes JSON over HTTP Basic: credentials, counts, faults and cut answers, the same for each face.

A face names its operations: the shape of what is asked, and what is done about it. What a face books, it books once a
reference. Silent or cut off it has booked what it was asked, and nobody hears of it: so commands come twice.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike

Answer = dict[str, Any]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`keys` are what stands in the log of calls. A `books` operation changes something."""

    path: str
    shape: type[Any]
    done: Callable[[Any], Answer]
    keys: Callable[[Any], Sequence[str]]
    books: bool = False

    @property
    def name(self) -> str:
        return self.path.removeprefix("/v1/")


class JsonDesk:
    """`lies` are the system's own, by name: what becomes of a true answer."""

    def __init__(
        self,
        name: str,
        account: tuple[str, str],
        operations: Sequence[Operation],
        faults: Faults,
        counts: Counts,
        lies: Mapping[str, Callable[[Answer], Answer]],
    ) -> None:
        self._name, self._faults, self._counts, self._lies = name, faults, counts, lies
        self._expected = "Basic " + base64.b64encode(":".join(account).encode()).decode()
        self.app = Starlette(routes=[Route(each.path, self._answering(each), methods=["POST"]) for each in operations])

    def _answering(self, operation: Operation) -> Any:
        async def answer(request: Request) -> Response:
            return await self._answer(request, operation)

        return answer

    async def _answer(self, request: Request, operation: Operation) -> Response:
        try:
            asked = msgspec.json.decode(await question(request), type=operation.shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(self._name, operation.name)
            return said({"result": "BAD_REQUEST"}, 400)
        keys = operation.keys(asked)
        self._counts.count(self._name, operation.name, keys)
        with self._counts.in_flight(self._name, operation.name, keys):
            known = request.headers.get("authorization") == self._expected
            booked: Answer | None = None
            if known and operation.books and any(f.kind in ("silent", "cut") for f in self._faults.of(self._name)):
                booked = operation.done(asked)
            try:
                struck = await strike(self._faults, self._name, request)
            except CallerGone:
                return nobody_left()
            if refused := _unwell(struck):
                return refused
            if not known:
                return said({"result": "UNAUTHORISED"}, 401, {"WWW-Authenticate": 'Basic realm="tamin"'})
            truth = operation.done(asked) if booked is None else booked
            if struck and struck.kind == "lying" and struck.how:
                return self._lie(struck.how, truth)
            return CutInHalf(said(truth)) if struck and struck.kind == "cut" else said(truth)

    def _lie(self, how: str, truth: Answer) -> Response:
        same = common_lie(how, truth)
        if same:
            return same
        match how:
            case "error_inside":
                return said({"result": "LOCKED"})
            case "busy_inside":
                return said({"result": "BUSY"})
        return said(self._lies[how](truth))


def _unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return said({"result": "CLOSED"}, 503, {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return said({"result": "TOO_MANY"}, 429, {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return said({"result": "INTERNAL"}, 500)
    return None


def each_row(name: str, changed: Mapping[str, Any], instead: Answer | None = None) -> Callable[[Answer], Answer]:
    """A lie about the rows of a list; `instead` is a row for when there is none."""

    def lie(truth: Answer) -> Answer:
        rows = truth.get(name) or ([instead] if instead else [])
        return truth | {"result": "OK", name: [row | dict(changed) for row in rows]}

    return lie


def whole(name: str, changed: Mapping[str, Any]) -> Callable[[Answer], Answer]:
    """A lie about the one thing of an answer."""

    def lie(truth: Answer) -> Answer:
        return {"result": "OK", name: (truth.get(name) or {}) | dict(changed)}

    return lie
