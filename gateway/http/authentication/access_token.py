"""JWT access tokens (RFC 9068): signed by an issuer that we know, for us, and good now.

A client shows the same token many times. That a key has proven a text never changes, so it is remembered, under the
SHA-256 of the text and together with the key; which key is the issuer's, and whether the token is good now, is asked at
each request (docs/decisions/0015-proven-once.md).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from joserfc.jwk import Key

from gateway.domain.clock import Clock
from gateway.http.authentication.jose import Signed, seconds_of
from gateway.http.authentication.shown import Unauthenticated

TYPES = frozenset({"at+jwt"})
REQUIRED = ("iss", "aud", "exp", "iat", "sub", "client_id", "jti")
REMEMBERED = 10_000  # tokens, some 2 KB each


class Keys(Protocol):
    async def key(self, kid: str | None, algorithm: str) -> Key: ...

    async def aclose(self) -> None: ...


class _Proven(NamedTuple):
    """A token for us with all its claims, and what proved it."""

    claims: dict[str, Any]
    kid: str | None
    algorithm: str
    key: Key


class AccessTokens:
    """`keys` by issuer. `skew` in seconds, both ways. The `remembered` tokens used last are proven once a key."""

    def __init__(
        self, keys: Mapping[str, Keys], audience: str, clock: Clock, *, skew: float, remembered: int = REMEMBERED
    ) -> None:
        self._keys = keys
        self._audience = audience
        self._clock = clock
        self._skew = skew
        self._most = remembered
        # By hash, so that a dump of this process hands out no tokens.
        self._proven: OrderedDict[bytes, _Proven] = OrderedDict()

    async def aclose(self) -> None:
        for keys in self._keys.values():
            await keys.aclose()

    async def claims(self, token: str) -> dict[str, Any]:
        """Raises Unauthenticated, or Undecided where the issuer's keys cannot be had.

        The same object each time, while the token is remembered: not to be changed.
        """
        name = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._proven.get(name)
        if known is not None and known.key is await self._key(known.claims["iss"], known.kid, known.algorithm):
            if name in self._proven:  # others may have taken its room while keys were fetched
                self._proven.move_to_end(name)
            claims = known.claims
        else:
            claims = await self._prove(name, token)
        check_times(claims, self._clock.now().timestamp(), self._skew)
        return claims

    async def _prove(self, name: bytes, token: str) -> dict[str, Any]:
        signed = Signed(token, TYPES)
        key = await self._key(signed.unproven.get("iss"), signed.kid, signed.algorithm)
        claims = signed.claims(key)
        if any(claims.get(name) is None for name in REQUIRED):
            raise Unauthenticated("a claim is missing")
        check_audience(claims, self._audience)
        self._proven[name] = _Proven(claims, signed.kid, signed.algorithm, key)
        self._proven.move_to_end(name)
        if len(self._proven) > self._most:
            self._proven.popitem(last=False)
        return claims

    async def _key(self, issuer: object, kid: str | None, algorithm: str) -> Key:
        keys = self._keys.get(issuer) if isinstance(issuer, str) else None
        if keys is None:
            raise Unauthenticated("another issuer")
        return await keys.key(kid, algorithm)


def check_audience(claims: Mapping[str, Any], audience: str) -> None:
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        raise Unauthenticated("for another service")


def check_times(claims: Mapping[str, Any], now: float, skew: float) -> None:
    expires, begins, issued = (seconds_of(claims, name) for name in ("exp", "nbf", "iat"))
    if expires is not None and now >= expires + skew:
        raise Unauthenticated("expired")
    if begins is not None and now < begins - skew:
        raise Unauthenticated("not good yet")
    if issued is not None and now < issued - skew:
        raise Unauthenticated("issued in the future")
