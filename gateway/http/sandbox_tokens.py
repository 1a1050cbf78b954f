"""Tokens of the sandbox: JWTs signed with the key of one machine (HS256), good for any `tamin-gateway dev` on it.

Production never accepts them: it has other issuers and asymmetric keys only.
"""

from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import Clock
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.http.authentication import Shown, Unauthenticated
from gateway.http.authentication.shown import shown_token

ISSUER = "tamin-gateway sandbox"
LIFETIME_SECONDS = 12 * 3600
SKEW_SECONDS = 5
MAX_TOKEN_LENGTH = 8_192
_ALGORITHM = "HS256"


def issue(key: bytes, caller: Caller, clock: Clock) -> str:
    """A token that says who the caller is, for 12 hours."""
    now = int(clock.now().timestamp())
    claims: dict[str, Any] = {"iss": ISSUER, "iat": now, "exp": now + LIFETIME_SECONDS, "kind": caller.kind.value}
    if caller.subject is not None:
        claims["sub"] = caller.subject.digits
    if caller.client is not None:
        claims["client"] = caller.client
    if caller.workshops:
        claims["workshops"] = sorted(f"{key.code.digits}@{key.branch.digits}" for key in caller.workshops)
    if caller.scopes:
        claims["scope"] = " ".join(sorted(caller.scopes))
    return jwt.encode({"alg": _ALGORITHM}, claims, OctKey.import_key(key))


class SandboxAuthenticator:
    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = OctKey.import_key(key)
        self._clock = clock

    async def authenticate(self, shown: Shown) -> Caller | None:
        presented = shown_token(shown)
        return None if presented is None else self._caller(presented.token)

    def _caller(self, token: str) -> Caller:
        if len(token) > MAX_TOKEN_LENGTH:
            raise Unauthenticated("longer than any of ours")
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
        except (JoseError, ValueError) as error:
            raise Unauthenticated(type(error).__name__) from None
        if claims.get("iss") != ISSUER:
            raise Unauthenticated("another issuer")
        expires = claims.get("exp")
        if not isinstance(expires, int) or self._clock.now().timestamp() > expires + SKEW_SECONDS:
            raise Unauthenticated("expired")
        try:
            return _caller_of(claims)
        except (KeyError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("claims that make no caller") from None


def _caller_of(claims: dict[str, Any]) -> Caller:
    return Caller(
        kind=CallerKind(claims["kind"]),
        subject=NationalId(claims["sub"]) if "sub" in claims else None,
        client=claims.get("client"),
        workshops=frozenset(map(_workshop, claims.get("workshops", ()))),
        scopes=frozenset(claims.get("scope", "").split()),
    )


def _workshop(text: str) -> WorkshopKey:
    code, _, branch = text.partition("@")
    return WorkshopKey(WorkshopCode(code), BranchCode(branch))
