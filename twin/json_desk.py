"""A desk that takes JSON over HTTP Basic: credentials, counts, faults and cut answers, the same for each face.

A face names its operations: the shape of what is asked, and what is done about it. What a face books, it books once a
reference. Silent or cut off it has booked what it was asked, and nobody hears of it: so commands come twice.
"""

import base64
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.json_lies import common_lie, said
from twin.trouble import LARGEST_QUESTION, CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike

Answer = dict[str, Any]
Lie = Callable[[Answer], Answer]

_LIES: Mapping[str, Lie] = {
    "error_inside": lambda _: {"result": "LOCKED"},
    "busy_inside": lambda _: {"result": "BUSY"},
}


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`keys` are what stands in the log of calls. A `books` operation changes something. `bent` is the truth that a
    lie begins with, where that is not what is done: who lies about a file has not touched it. `counted_as`: in the log,
    where that is not the path."""

    path: str
    shape: type[Any]
    done: Callable[[Any], Answer | Awaitable[Answer]]
    keys: Callable[[Any], Sequence[str]] = lambda asked: (asked.reference,)
    books: bool = False
    bent: Callable[[Any], Answer] | None = None
    counted_as: str = ""

    @property
    def name(self) -> str:
        return self.counted_as or self.path.removeprefix("/v1/")


class JsonDesk:
    """`lies` are the system's own, by name: what becomes of a true answer. `largest`: of a question, in bytes."""

    def __init__(
        self,
        name: str,
        account: tuple[str, str],
        operations: Sequence[Operation],
        faults: Faults,
        counts: Counts,
        lies: Mapping[str, Lie],
        *,
        realm: str = "tamin",
        largest: int = LARGEST_QUESTION,
    ) -> None:
        self._name, self._faults, self._counts, self._lies = name, faults, counts, {**_LIES, **lies}
        self._expected = "Basic " + base64.b64encode(":".join(account).encode()).decode()
        self._challenge, self._largest = {"WWW-Authenticate": f'Basic realm="{realm}"'}, largest
        self.app = Starlette(routes=[Route(each.path, self._answering(each), methods=["POST"]) for each in operations])

    def _answering(self, operation: Operation) -> Any:
        async def answer(request: Request) -> Response:
            return await self._answer(request, operation)

        return answer

    async def _answer(self, request: Request, operation: Operation) -> Response:
        try:
            asked = msgspec.json.decode(await question(request, self._largest), type=operation.shape)
        except (QuestionTooLong, msgspec.MsgspecError):
            self._counts.count(self._name, operation.name)
            return said({"result": "BAD_REQUEST"}, 400)
        keys = operation.keys(asked)
        self._counts.count(self._name, operation.name, keys)
        with self._counts.in_flight(self._name, operation.name, keys):
            known = request.headers.get("authorization") == self._expected
            booked: Answer | None = None
            if known and operation.books and any(f.kind in ("silent", "cut") for f in self._faults.of(self._name)):
                booked = await _done(operation, asked)
            try:
                struck = await strike(self._faults, self._name, request)
            except CallerGone:
                return nobody_left()
            if refused := _unwell(struck):
                return refused
            if not known:
                return said({"result": "UNAUTHORISED"}, 401, self._challenge)
            if struck and struck.kind == "lying" and struck.how:
                truth = operation.bent(asked) if operation.bent else booked or await _done(operation, asked)
                return common_lie(struck.how, truth) or said(self._lies[struck.how](truth))
            answer = said(booked or await _done(operation, asked))
            return CutInHalf(answer) if struck and struck.kind == "cut" else answer


async def _done(operation: Operation, asked: Any) -> Answer:
    answer = operation.done(asked)
    return await answer if inspect.isawaitable(answer) else answer


def _unwell(struck: Fault | None) -> Response | None:
    match struck:
        case Fault(kind="closed", retry_after=seconds):
            return said({"result": "CLOSED"}, 503, {"Retry-After": str(seconds)})
        case Fault(kind="quota", retry_after=seconds):
            return said({"result": "TOO_MANY"}, 429, {"Retry-After": str(seconds)})
        case Fault(kind="error"):
            return said({"result": "INTERNAL"}, 500)
    return None


def each_row(name: str, changed: Mapping[str, Any], instead: Answer | None = None) -> Lie:
    """A lie about the rows of a list; `instead` is a row for when there is none."""

    def lie(truth: Answer) -> Answer:
        rows = truth.get(name) or ([instead] if instead else [])
        return truth | {"result": "OK", name: [row | dict(changed) for row in rows]}

    return lie


def whole(name: str, changed: Mapping[str, Any]) -> Lie:
    """A lie about the one thing of an answer."""

    def lie(truth: Answer) -> Answer:
        return {"result": "OK", name: (truth.get(name) or {}) | dict(changed)}

    return lie
