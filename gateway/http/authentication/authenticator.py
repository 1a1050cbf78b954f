"""From what a request shows to its caller: the token, then the key it is bound to, then who it speaks for."""

import hmac
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog

from gateway.domain.caller import Caller, CallerKind
from gateway.http.authentication.access_token import AccessTokens
from gateway.http.authentication.certificate import thumbprint_of
from gateway.http.authentication.claims import caller_of
from gateway.http.authentication.dpop import Proofs
from gateway.http.authentication.introspection import Introspection
from gateway.http.authentication.settings import ClaimNames
from gateway.http.authentication.shown import Shown, ShownToken, Unauthenticated, shown_token

REMEMBERED = 10_000  # callers
BOUND_TO_A_KEY, BOUND_TO_A_CERTIFICATE = "jkt", "x5t#S256"

_log = structlog.get_logger("gateway.tokens")


class _Made(NamedTuple):
    """The caller that these claims made; held with them, so that no other claims take their identity."""

    claims: dict[str, Any]
    thumbprint: str | None
    caller: Caller


class TokenAuthenticator:
    """`kinds` are those that each issuer may name. Without `introspection`, opaque tokens are refused."""

    def __init__(
        self,
        tokens: AccessTokens,
        introspection: Introspection | None,
        proofs: Proofs,
        *,
        kinds: Mapping[str, frozenset[CallerKind]],
        names: ClaimNames,
    ) -> None:
        self._tokens = tokens
        self._introspection = introspection
        self._proofs = proofs
        self._kinds = kinds
        self._names = names
        self._made: OrderedDict[int, _Made] = OrderedDict()

    async def aclose(self) -> None:
        await self._tokens.aclose()
        if self._introspection is not None:
            await self._introspection.aclose()

    async def authenticate(self, shown: Shown) -> Caller | None:
        try:
            return await self._authenticate(shown)
        except Unauthenticated as refused:
            _log.info("tokens.refused", reason=str(refused), error=refused.error)
            raise

    async def _authenticate(self, shown: Shown) -> Caller | None:
        presented = shown_token(shown)
        if presented is None:
            return None
        issuer, claims = await self._claims(presented.token)
        thumbprint = await self._bound(claims, presented, shown)
        caller = self._caller(issuer, claims, thumbprint)
        if caller.kind is CallerKind.AGENCY and thumbprint is None:
            raise Unauthenticated("a bearer token of an agency: it must be bound to a key or a certificate")
        return caller

    def _caller(self, issuer: str, claims: dict[str, Any], thumbprint: str | None) -> Caller:
        """Who remembers a token gives the same claims each time: they make the same caller."""
        known = self._made.get(id(claims))
        if known is not None and known.claims is claims and known.thumbprint == thumbprint:
            self._made.move_to_end(id(claims))
            return known.caller
        caller = caller_of(claims, self._names, kinds=self._kinds[issuer], thumbprint=thumbprint)
        self._made[id(claims)] = _Made(claims, thumbprint, caller)
        if len(self._made) > REMEMBERED:
            self._made.popitem(last=False)
        return caller

    async def _claims(self, token: str) -> tuple[str, dict[str, Any]]:
        if token.count(".") == 2:
            claims = await self._tokens.claims(token)
            return claims["iss"], claims
        if self._introspection is None:
            raise Unauthenticated("opaque, and no issuer to ask")
        return self._introspection.issuer, await self._introspection.claims(token)

    async def _bound(self, claims: Mapping[str, Any], presented: ShownToken, shown: Shown) -> str | None:
        """The thumbprint of what the token is bound to and the request has proven; None for a bearer token."""
        confirmation = claims.get("cnf")
        if confirmation is None:
            if presented.scheme == "dpop":
                raise Unauthenticated("a proof with a token that is bound to no key")
            return None
        if not isinstance(confirmation, dict) or not confirmation:
            raise Unauthenticated("bound in a way that we do not understand")
        if confirmation.keys() - {BOUND_TO_A_KEY, BOUND_TO_A_CERTIFICATE}:
            raise Unauthenticated("bound in a way that we do not understand")
        key, certificate = confirmation.get(BOUND_TO_A_KEY), confirmation.get(BOUND_TO_A_CERTIFICATE)
        if (key is not None) != (presented.scheme == "dpop"):
            raise Unauthenticated("shown under another scheme than it is bound by")
        if not all(isinstance(bound, str) and bound for bound in confirmation.values()):
            raise Unauthenticated("bound in a way that we do not understand")
        if certificate is not None:
            _check_certificate(certificate, shown)
        if key is not None:
            await self._proofs.check(shown, presented.token, key)
        return str(key if key is not None else certificate)


def _check_certificate(bound: str, shown: Shown) -> None:
    if shown.certificate is None:
        raise Unauthenticated("bound to a certificate, and none was shown")
    if not hmac.compare_digest(bound.encode(), thumbprint_of(shown.certificate).encode()):
        raise Unauthenticated("bound to another certificate")
