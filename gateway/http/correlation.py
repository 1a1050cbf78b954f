"""One id a request, in each log line and in the answer: the client's own where it has a safe shape, else a new one.

`X-Request-Id` counts first, then the trace id of a W3C `traceparent`. Ids are logged, so one that could carry a
national code (a run of digits outside a UUID) is not taken over.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from gateway.domain.time_ordered_id import time_ordered_id

_SAID = frozenset({b"traceparent", b"x-request-id"})
_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_PLAIN = re.compile(r"(?!.*[0-9]{8})[A-Za-z0-9_-]{8,64}")
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)


class Correlation:
    """Binds `correlation_id` (and `trace_id`) to the log, to `scope["state"]` and to the answer's X-Request-Id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in _SAID:
                said.setdefault(name, value.decode("latin-1"))
        trace_id = trace_id_of(said.get(b"traceparent")) if said else None
        correlation_id = correlation_id_of(said.get(b"x-request-id")) or trace_id or time_ordered_id()
        header = (b"x-request-id", correlation_id.encode("ascii"))
        scope.setdefault("state", {})["correlation_id"] = correlation_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*(h for h in message.get("headers", ()) if h[0] != b"x-request-id"), header]
            await send(message)

        ids = {"correlation_id": correlation_id} | ({"trace_id": trace_id} if trace_id else {})
        bound = bind_contextvars(**ids)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            reset_contextvars(**bound)


def correlation_id_of(said: str | None) -> str | None:
    return said if said and (_UUID.fullmatch(said) or _PLAIN.fullmatch(said)) else None


def trace_id_of(traceparent: str | None) -> str | None:
    found = _TRACEPARENT.fullmatch((traceparent or "").strip())
    return found["trace"] if found else None
