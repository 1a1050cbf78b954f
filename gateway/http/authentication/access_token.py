"""JWT access tokens (RFC 9068): signed by an issuer that we know, for us, and good now."""

from collections.abc import Mapping
from typing import Any, Protocol

from joserfc.jwk import Key

from gateway.domain.clock import Clock
from gateway.http.authentication.jose import Signed, seconds_of
from gateway.http.authentication.shown import Unauthenticated

TYPES = frozenset({"at+jwt"})
REQUIRED = ("iss", "aud", "exp", "iat", "sub", "client_id", "jti")


class Keys(Protocol):
    async def key(self, kid: str | None, algorithm: str) -> Key: ...

    async def aclose(self) -> None: ...


class AccessTokens:
    """`keys` by issuer. `skew` in seconds, both ways."""

    def __init__(self, keys: Mapping[str, Keys], audience: str, clock: Clock, *, skew: float) -> None:
        self._keys = keys
        self._audience = audience
        self._clock = clock
        self._skew = skew

    async def aclose(self) -> None:
        for keys in self._keys.values():
            await keys.aclose()

    async def claims(self, token: str) -> dict[str, Any]:
        """Raises Unauthenticated, or Undecided where the issuer's keys cannot be had."""
        signed = Signed(token, TYPES)
        issuer = signed.unproven.get("iss")
        keys = self._keys.get(issuer) if isinstance(issuer, str) else None
        if keys is None:
            raise Unauthenticated("another issuer")
        claims = signed.claims(await keys.key(signed.kid, signed.algorithm))
        if any(claims.get(name) is None for name in REQUIRED):
            raise Unauthenticated("a claim is missing")
        check_audience(claims, self._audience)
        check_times(claims, self._clock.now().timestamp(), self._skew)
        return claims


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
