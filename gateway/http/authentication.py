"""Who calls, by the Authorization header. What issues and proves tokens stands behind `Authenticator`."""

from typing import Protocol

from gateway.domain.caller import Caller
from gateway.domain.failure import Code
from gateway.http.errors import Rejected


class Unauthenticated(Exception):
    """A token was shown and is not good. The message is for our log and holds nothing of the token."""


class Authenticator(Protocol):
    async def authenticate(self, authorization: str | None) -> Caller | None:
        """The caller; None where no token was shown. Raises Unauthenticated where the one shown is not good."""
        ...


def bearer_token(authorization: str | None) -> str | None:
    """The token of `Authorization: Bearer …`; None without the header. Raises Unauthenticated for another scheme."""
    if not authorization or not authorization.strip():
        return None
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("not a bearer token")
    return token.strip()


def token_needed() -> Rejected:
    """401 for who shows no token (RFC 6750, section 3: no error code where no token was tried)."""
    return Rejected(401, "A token is needed.", code=Code.UNAUTHENTICATED, headers={"www-authenticate": "Bearer"})


def token_refused() -> Rejected:
    challenge = 'Bearer error="invalid_token"'
    return Rejected(401, "The token is not valid.", code=Code.UNAUTHENTICATED, headers={"www-authenticate": challenge})
