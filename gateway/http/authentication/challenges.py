"""401 and 403, and the challenge that each carries: which schemes serve, and where we are described (RFC 9728)."""

import math

from starlette.requests import Request
from starlette.types import Scope

from gateway.domain.failure import Code
from gateway.http.authentication.jose import ALGORITHMS
from gateway.http.authentication.shown import Unauthenticated, Undecided, seen_origin
from gateway.http.errors import Answer, Rejected

METADATA_PATH = "/.well-known/oauth-protected-resource"
_PROOF_ERRORS = frozenset({"use_dpop_nonce", "invalid_dpop_proof"})


class TokenRejected(Rejected):
    """`error` is None where no token was tried (RFC 6750, section 3)."""

    def __init__(self, status: int, message: str, code: Code, *, error: str | None, scope: str | None = None) -> None:
        super().__init__(status, message, code=code)
        self.error = error
        self.scope = scope


def token_needed() -> Rejected:
    """401 for who shows no token."""
    return TokenRejected(401, "A token is needed.", Code.UNAUTHENTICATED, error=None)


def token_refused(reason: Unauthenticated | None = None) -> Rejected:
    """401 for a token or a proof that is not good. `reason` tells the client no more than its `error` and `nonce`."""
    error = reason.error if reason else "invalid_token"
    rejected = TokenRejected(401, "The token is not valid.", Code.UNAUTHENTICATED, error=error)
    if reason and reason.nonce:
        rejected.headers["dpop-nonce"] = reason.nonce
    return rejected


def token_insufficient(scope: str | None = None) -> Rejected:
    """403 for a good token that does not reach so far. `scope` names what would."""
    return TokenRejected(
        403, "The token does not reach so far.", Code.FORBIDDEN, error="insufficient_scope", scope=scope
    )


def undecided(reason: Undecided) -> Rejected:
    """503: neither yes nor no, come again."""
    headers = {"retry-after": str(max(1, math.ceil(reason.retry_after)))}
    rejected = Rejected(503, "Tokens cannot be verified now.", code=Code.SOURCE_UNAVAILABLE, headers=headers)
    rejected.refused.details["retryAfter"] = max(1, math.ceil(reason.retry_after))
    rejected.refused.details["retryable"] = True
    return rejected


def challenge(rejected: Rejected, scope: Scope, origin: str | None = None) -> None:
    """Gives a 401 or 403, whoever raised it, the challenge that belongs to it; leaves other answers alone."""
    if rejected.status not in {401, 403}:
        return
    error = rejected.error if isinstance(rejected, TokenRejected) else None
    reach = rejected.scope if isinstance(rejected, TokenRejected) else None
    rejected.headers["www-authenticate"] = _challenges(scope, origin, error, reach)


def challenge_refusal(answer: Answer, scope: Scope, origin: str | None = None) -> None:
    """The same for an answer of GraphQL that is a 403 as a whole: a good token that does not reach so far."""
    if answer.status == 403:
        answer.headers.setdefault("www-authenticate", _challenges(scope, origin, "insufficient_scope"))


def _challenges(scope: Scope, origin: str | None, error: str | None, reach: str | None = None) -> str:
    request = Request(scope)
    metadata = ("resource_metadata", f"{seen_origin(request, origin)}{METADATA_PATH}{request.url.path}")
    asked = [("scope", reach)] if reach else []
    bearer = [("error", error)] if error and error not in _PROOF_ERRORS else []
    dpop = [("error", error)] if error else []
    return ", ".join(
        [
            _scheme("Bearer", [*bearer, *asked, metadata]),
            _scheme("DPoP", [*dpop, *asked, ("algs", " ".join(ALGORITHMS)), metadata]),
        ]
    )


def _scheme(name: str, parameters: list[tuple[str, str]]) -> str:
    return name + " " + ", ".join(f'{key}="{_quoted(value)}"' for key, value in parameters)


def _quoted(value: str) -> str:
    """The host comes from the client, who may have put anything there."""
    return "".join(c for c in value if c.isprintable() and c.isascii() and c not in '"\\')
