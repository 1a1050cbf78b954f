"""What a fault does to an HTTP call, the same for every system: waiting, silence, answers cut in the middle, floods."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from twin.faults import Fault, Faults

LARGEST_QUESTION = 1_000_000  # bytes
FLOOD_CHUNKS, FLOOD_CHUNK = 1024, 65_536  # 64 MB


class CallerGone(Exception):
    """Whoever asked has hung up; nothing is left to answer."""


class QuestionTooLong(Exception):
    """More bytes than the system takes."""


async def question(request: Request, largest: int = LARGEST_QUESTION) -> bytes:
    """The whole body."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            raise QuestionTooLong
    return bytes(body)


async def strike(faults: Faults, system: str, request: Request) -> Fault | None:
    """Waits as the faults say, then names the one that this call meets. Raises CallerGone.

    The body must have been read. A silent system is silent until the caller hangs up.
    """
    await _wait(request, faults.delay_seconds(system))
    for fault in faults.of(system):
        match fault.kind:
            case "silent":
                await _wait(request, None)
            case "error" if not faults.strikes(fault):
                continue
            case "error" | "cut" | "lying" | "closed" | "quota":
                return fault
    return None


async def hang_up(request: Request) -> None:
    """Returns when the caller has hung up. The body must have been read."""
    with contextlib.suppress(CallerGone):
        await _wait(request, None)


async def _wait(request: Request, seconds: float | None) -> None:
    """Until the time is over, or for ever; a caller who hangs up ends it."""
    if seconds == 0:
        return
    hung_up = asyncio.ensure_future(request.receive())
    try:
        gone, _ = await asyncio.wait({hung_up}, timeout=seconds)
    finally:
        hung_up.cancel()
    if gone:
        raise CallerGone


class CutInHalf(Response):
    """Promises the whole of another response, sends half of its body and hangs up."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        # Ending an answer that is not complete makes the server close the connection.


def truncated(body: bytes, media_type: str) -> Response:
    """Half a document that says it is whole."""
    return Response(body[: len(body) * 2 // 3], media_type=media_type)


def html_page() -> Response:
    return Response(
        "<!DOCTYPE html><html><head><title>502</title></head><body><h1>در حال به‌روزرسانی</h1><br></body></html>",
        media_type="text/html; charset=utf-8",
    )


def flood(beginning: bytes, filling: bytes, media_type: str) -> Response:
    """64 MB, whatever the caller expected."""
    chunk = filling * (FLOOD_CHUNK // len(filling))

    async def pieces() -> AsyncIterator[bytes]:
        yield beginning
        for _ in range(FLOOD_CHUNKS):
            yield chunk

    return StreamingResponse(pieces(), media_type=media_type)


def nobody_left() -> Response:
    return Response(status_code=499)


def turn(of: Any, among: int) -> int:
    """A number below `among`, always the same for the same thing: which oddity a row shows on the wire."""
    return hashlib.blake2s(str(of).encode(), digest_size=4).digest()[0] % among
