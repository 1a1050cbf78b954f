"""Reads a request's body: of the right type, in its time, within its size."""

import asyncio
from email.message import Message

from starlette.requests import Request

from gateway.http.errors import Rejected


def check_content_type(request: Request) -> None:
    """Raises Rejected(415) for anything but JSON in UTF-8.

    A browser's form can send only three other types, and asks first (CORS preflight) before it sends this one: that is
    what keeps other web sites from sending operations in a user's name.
    """
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    if not request.headers.get("content-type") or header.get_content_type() != "application/json":
        raise Rejected(415, "The body must be application/json.", headers={"accept-post": "application/json"})
    charset = header.get_content_charset("utf-8")
    if charset not in {"utf-8", "utf8"}:
        raise Rejected(415, "The body must be in UTF-8.", headers={"accept-post": "application/json"})
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise Rejected(415, "Compressed bodies are not read.", headers={"accept-encoding": "identity"})


async def body_of(request: Request, *, size: int, seconds: float) -> bytes:
    """Raises Rejected: 413 over `size` bytes, 408 where it does not end in `seconds`, which closes the connection."""
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit() or int(declared) > size:
        raise Rejected(413, f"The body is larger than {size} bytes.")
    received = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                received += chunk
                if len(received) > size:
                    raise Rejected(413, f"The body is larger than {size} bytes.")
    except TimeoutError:
        raise Rejected(408, "The body did not arrive in time.", headers={"connection": "close"}) from None
    return bytes(received)
