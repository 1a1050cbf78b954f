"""Nonces for proofs (RFC 9449, section 9): one a span of time, from a key of all replicas, kept nowhere."""

import base64
import hashlib
import hmac
from typing import Any

from gateway.domain.clock import Clock


class Nonces:
    """The one of this span holds, and the one before: so a nonce lives `seconds` at least and twice that at most."""

    def __init__(self, key: bytes, clock: Clock, *, seconds: float) -> None:
        self._key = key
        self._clock = clock
        self._seconds = seconds

    def current(self) -> str:
        return self._of(self._span())

    def holds(self, nonce: Any) -> bool:
        if not isinstance(nonce, str) or not nonce.isascii():
            return False
        span = self._span()
        return any(hmac.compare_digest(nonce, self._of(one)) for one in (span, span - 1))

    def _span(self) -> int:
        return int(self._clock.now().timestamp() // self._seconds)

    def _of(self, span: int) -> str:
        mac = hmac.new(self._key, span.to_bytes(8, "big"), hashlib.sha256).digest()[:18]
        return base64.urlsafe_b64encode(mac).decode()
