"""One id a request, in each log line and in the answer: the client's own where it has a safe shape, else a new one.

`X-Request-Id` counts first, then the trace id of a W3C `traceparent`. Ids are logged, so one that could carry a
national code (a run of digits outside a UUID) is not taken over.
"""

import os
import re
from collections.abc import Iterable

NAME = b"x-request-id"
_SAID = frozenset({b"traceparent", NAME})
_UUID = re.compile(r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")
_PLAIN = re.compile(r"(?!.*[0-9]{8})[A-Za-z0-9_-]{8,64}")
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)


def ids_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """`correlation_id`, and `trace_id` where there is one: what is bound to the log."""
    said: dict[bytes, str] = {}
    for name, value in headers:
        if name in _SAID:
            said.setdefault(name, value.decode("latin-1"))
    if not said:
        return {"correlation_id": os.urandom(16).hex()}
    trace_id = trace_id_of(said.get(b"traceparent"))
    correlation_id = correlation_id_of(said.get(NAME)) or trace_id or os.urandom(16).hex()
    return {"correlation_id": correlation_id} | ({"trace_id": trace_id} if trace_id else {})


def correlation_id_of(said: str | None) -> str | None:
    return said if said and (_UUID.fullmatch(said) or _PLAIN.fullmatch(said)) else None


def trace_id_of(traceparent: str | None) -> str | None:
    found = _TRACEPARENT.fullmatch((traceparent or "").strip())
    return found["trace"] if found else None
