"""Answers of a lying JSON system that hold for any of them."""

from typing import Any

import msgspec
from starlette.responses import Response

from twin.trouble import flood, html_page, truncated

JSON = "application/json"


def said(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(content), status, headers, media_type=JSON)


def common_lie(how: str, truth: Any) -> Response | None:
    """None where the lie is one of the system's own."""
    body = msgspec.json.encode(truth)
    match how:
        case "html":
            return html_page()
        case "truncated":
            return truncated(body, JSON)
        case "wrong_encoding":
            return Response(body.replace(b"{", b'{"note": "' + "پرداخت".encode("cp1256") + b'", ', 1), media_type=JSON)
        case "endless":
            return flood(b"[", b"        ", JSON)
    return None
