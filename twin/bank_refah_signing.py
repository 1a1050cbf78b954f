"""The bank's signature over method, path, time and body: of what it is asked, and of its own calls."""

import hashlib
import hmac

from starlette.requests import Request

from twin.clock import Clock

CLIENT_ID, SECRET = "tamin-sandbox", "sandbox-refah-589463"
CALLBACK_SECRET = "sandbox-refah-calls-013"  # another one: whoever may ask the bank may not speak for it
LARGEST_SKEW_SECONDS = 300


def signature(secret: str, method: str, target: bytes, time: str, body: bytes) -> str:
    signed = b"\n".join((method.encode(), target, time.encode(), hashlib.sha256(body).hexdigest().encode()))
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signature_error(request: Request, body: bytes, clock: Clock) -> str | None:
    """What is wrong with a request's signature, as the wire says it; None if nothing."""
    if request.headers.get("x-refah-client") != CLIENT_ID:
        return "CLIENT_UNKNOWN"
    time = request.headers.get("x-refah-time", "")
    raw_path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    target = raw_path + (b"?" + query if query else b"")
    right = signature(SECRET, request.method, target, time, body)
    if not hmac.compare_digest(right.encode(), request.headers.get("x-refah-signature", "").encode()):
        return "SIGNATURE_INVALID"
    if not time.isdecimal() or abs(int(time) - clock.time()) > LARGEST_SKEW_SECONDS:
        return "TIME_SKEW"
    return None
