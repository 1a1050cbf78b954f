"""Answers kept as ready bytes, so that whoever is measured against the twin is not measured against its core.

What was asked before, by path and body, is answered again at once: without a look at credentials, conditions or books.
So it is for measurements only (`--ready-made`), where nothing changes while they run. Delays still stand; with any
other fault, and for whatever is not a plain question (tokens, confirmations), the system itself answers each time.
"""

import asyncio
from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Message

from twin.counts import Counts, Noted, noting
from twin.faults import Faults

MOST_BYTES = 512 << 20  # kept; beyond that all are forgotten and made anew
LARGEST_HEAD = 64 << 10


class ReadyAnswers:
    """The kept answers of one system. `questions` are the paths that are plain questions."""

    def __init__(self, app: ASGIApp, system: str, questions: Collection[str], faults: Faults, counts: Counts) -> None:
        self.app, self.system = app, system
        self._questions = frozenset(path.encode() for path in questions)
        self._faults, self._counts = faults, counts
        self._kept: dict[tuple[bytes, bytes], tuple[bytes, Noted]] = {}
        self._size = 0

    def protocol(self) -> asyncio.Protocol:
        return _Connection(self)

    def ready(self, target: bytes, body: bytes) -> tuple[bytes, float] | None:
        """The answer and the seconds it has to wait; counted like any call. None where the system has to answer."""
        found = self._kept.get((target, body))
        if found is None or any(fault.kind != "delay" for fault in self._faults.of(self.system)):
            return None
        answer, calls = found
        for call in calls:
            self._counts.count(*call)
        return answer, self._faults.delay_seconds(self.system)

    async def made(self, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
        """The system's own answer, kept where it may be."""
        calls: Noted = []
        with noting(calls):
            status, answer = await _asked(self.app, method, target, headers, body)
        plain = not any(fault.kind != "delay" for fault in self._faults.of(self.system))
        if status == HTTPStatus.OK and plain and target in self._questions:
            self._keep((target, body), answer, calls)
        return answer

    def _keep(self, question: tuple[bytes, bytes], answer: bytes, calls: Noted) -> None:
        if self._size > MOST_BYTES:
            self._kept.clear()
            self._size = 0
        self._kept[question] = answer, calls
        self._size += len(question[1]) + len(answer)


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as far as the clients of a back office speak it: one request after the other, bodies with a length."""

    def __init__(self, answers: ReadyAnswers) -> None:
        self._answers = answers
        self._waiting = b""
        self._busy = False
        self._transport: Any = None
        self._making: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()

    def connection_lost(self, error: Exception | None) -> None:
        if self._making:
            self._making.cancel()

    def data_received(self, data: bytes) -> None:
        self._waiting = self._waiting + data if self._waiting else data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        waiting = self._waiting
        end = waiting.find(b"\r\n\r\n")
        if end < 0:
            if len(waiting) > LARGEST_HEAD:
                self._transport.close()
            return
        head, begin = waiting[:end], end + 4
        size = _content_length(head)
        if len(waiting) < begin + size:
            return
        body, self._waiting = waiting[begin : begin + size], waiting[begin + size :]
        method, target, _ = head[: head.find(b"\r\n")].split(b" ", 2)
        self._busy = True
        ready = self._answers.ready(target, body)
        if ready is None:
            self._making = self._loop.create_task(self._make(method, target, head, body))
        elif ready[1]:
            self._loop.call_later(ready[1], self._reply, ready[0])
        else:
            self._reply(ready[0])

    async def _make(self, method: bytes, target: bytes, head: bytes, body: bytes) -> None:
        lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
        headers = [(name.strip().lower(), value.strip()) for name, _, value in lines]
        self._reply(await self._answers.made(method, target, headers, body))

    def _reply(self, answer: bytes) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(answer)
        self._busy = False
        if self._waiting:
            self._next()


def _content_length(head: bytes) -> int:
    folded = head.lower()
    place = folded.find(b"\r\ncontent-length:")
    if place < 0:
        return 0
    end = folded.find(b"\r\n", place + 2)
    return int(folded[place + 17 : end if end > 0 else len(folded)])


async def _asked(
    app: ASGIApp, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> tuple[int, bytes]:
    """Calls the application as its server would, and writes its whole answer as bytes."""
    path, _, query = target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method.decode(),
        "scheme": "http",
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": None,
        "server": None,
    }
    questions = [{"type": "http.request", "body": body, "more_body": False}]
    begun: dict[str, Any] = {}
    pieces: list[bytes] = []

    async def receive() -> Message:
        if questions:
            return questions.pop()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.update(message)
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    content, status = b"".join(pieces), int(begun["status"])
    told = [name + b": " + value for name, value in begun["headers"] if name.lower() != b"content-length"]
    lines = [b"HTTP/1.1 %d %s" % (status, _phrase(status)), *told, b"content-length: %d" % len(content)]
    return status, b"\r\n".join(lines) + b"\r\n\r\n" + content


def _phrase(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode() if status in HTTPStatus._value2member_map_ else b"-"
