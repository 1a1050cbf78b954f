"""Reads a request's body: of the right type, in its time, within its size."""

from email.message import Message

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from gateway.domain.patience import within
from gateway.http.errors import Rejected
from gateway.http.head import Head, once_a_text


def check_content_type(head: Head) -> None:
    """Raises Rejected(415) for anything but JSON in UTF-8.

    A browser's form can send only three other types, and asks first (CORS preflight) before it sends this one: that is
    what keeps other web sites from sending operations in a user's name.
    """
    _check_type(head.said(b"content-type"))
    encoding = head.said(b"content-encoding")
    if encoding is not None and encoding.strip().lower() not in {"identity", ""}:
        raise Rejected(415, "Compressed bodies are not read.", headers={"accept-encoding": "identity"})


@once_a_text
def _check_type(said: str | None) -> None:
    header = Message()
    header["content-type"] = said or ""
    if not said or header.get_content_type() != "application/json":
        raise Rejected(415, "The body must be application/json.", headers={"accept-post": "application/json"})
    charset = header.get_content_charset("utf-8")
    if charset not in {"utf-8", "utf8"}:
        raise Rejected(415, "The body must be in UTF-8.", headers={"accept-post": "application/json"})


async def body_of(head: Head, receive: Receive, *, size: int, seconds: float) -> bytes:
    """Raises Rejected: 413 over `size` bytes, 408 where it does not end in `seconds`, which closes the connection; and
    ClientDisconnect."""
    declared = head.said(b"content-length") or "0"
    if not declared.isascii() or not declared.isdigit() or int(declared) > size:
        raise Rejected(413, f"The body is larger than {size} bytes.")
    try:
        with within(seconds):
            return await _received(receive, size)
    except TimeoutError:
        raise Rejected(408, "The body did not arrive in time.", headers={"connection": "close"}) from None


async def _received(receive: Receive, size: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        length += len(chunk)
        if length > size:
            raise Rejected(413, f"The body is larger than {size} bytes.")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
