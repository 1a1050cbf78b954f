"""What a request shows of its caller, and the protocol of whoever judges it."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from starlette.requests import HTTPConnection, Request

from gateway.domain.caller import Caller
from gateway.http.head import Head

# Where TrustedProxies leaves what a proxy says of the client's certificate: a client cannot write into the scope.
CERTIFICATE = "tamin.client_certificate"


class Unauthenticated(Exception):
    """A token was shown and is not good. The message is for our log and holds nothing of the token.

    `error` is the code of RFC 6750 or 9449 that the challenge names. `nonce` is one to be used in the next proof.
    """

    def __init__(self, message: str, *, error: str = "invalid_token", nonce: str | None = None) -> None:
        super().__init__(message)
        self.error = error
        self.nonce = nonce


class Undecided(Exception):
    """Whether the token is good cannot be told now: our keys, our memory of proofs or the issuer are out of reach.

    Never the caller's fault, and never a reason to let them in. `retry_after` in seconds.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`url` is what the client asked for, as it sees us: without query and fragment. `proofs` are DPoP headers.

    `certificate` is what a trusted proxy told of the client's certificate; None without one.
    """

    authorization: tuple[str, ...] = field(default=(), repr=False)
    proofs: tuple[str, ...] = field(default=(), repr=False)
    certificate: str | None = field(default=None, repr=False)
    method: str = "POST"
    url: str = "http://127.0.0.1/graphql"

    @classmethod
    def of(cls, request: Request, origin: str | None = None) -> "Shown":
        """`origin` is ours by the settings; without one, the host is what the request says."""
        return cls.by(Head(request.scope), origin)

    @classmethod
    def by(cls, head: Head, origin: str | None = None) -> "Shown":
        """As `of`. The address is made out only where there is a proof, which alone needs it."""
        proofs = head.all_said(b"dpop")
        return cls(
            authorization=head.all_said(b"authorization"),
            proofs=proofs,
            certificate=head.scope.get(CERTIFICATE),
            method=head.method,
            url=_seen_url(HTTPConnection(head.scope), origin) if proofs else "",
        )


class Authenticator(Protocol):
    async def authenticate(self, shown: Shown) -> Caller | None:
        """The caller; None where no token was shown. Raises Unauthenticated where the one shown is not good, and
        Undecided where that cannot be told."""
        ...


class ShownToken(NamedTuple):
    """`scheme` is bearer or dpop."""

    scheme: str
    token: str


def _seen_url(request: HTTPConnection, origin: str | None) -> str:
    return seen_origin(request, origin) + request.url.path


def seen_origin(request: HTTPConnection, origin: str | None) -> str:
    return origin.rstrip("/") if origin else f"{request.url.scheme}://{request.url.netloc}"


def shown_token(shown: Shown) -> ShownToken | None:
    """The token of `Authorization: Bearer …` or `DPoP …`; None without one. Raises Unauthenticated."""
    if len(shown.authorization) > 1:
        raise Unauthenticated("two tokens", error="invalid_request")
    text = shown.authorization[0].strip() if shown.authorization else ""
    if not text:
        return None
    scheme, _, token = text.partition(" ")
    if scheme.lower() not in {"bearer", "dpop"} or not token.strip():
        raise Unauthenticated("neither a bearer token nor one with a proof")
    return ShownToken(scheme.lower(), token.strip())
