"""Who asks: the owner of a token, whatever issued it."""

import enum

import msgspec

from gateway.domain.identifiers import NationalId, WorkshopKey


class CallerKind(enum.Enum):
    CITIZEN = "CITIZEN"
    EMPLOYER = "EMPLOYER"
    AGENCY = "AGENCY"
    DEVELOPER = "DEVELOPER"
    OPERATOR = "OPERATOR"

    __hash__ = object.__hash__  # Python's own for enumerations is a function of Python


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is the person behind a citizen's or employer's token.

    `client` is the OAuth client that holds the token: an app, an agency's system, a developer. `end_user` is who sits
    before an agency's system, as the agency names them (opaque to us). `thumbprint` is the key that the token is bound
    to (RFC 9449 jkt or RFC 8705 x5t#S256); None for bearer tokens. `token_id` is the token's jti, `expires_at` its
    end in seconds since 1970, where it has one.
    """

    kind: CallerKind
    subject: NationalId | None = None
    client: str | None = None
    end_user: str | None = None
    workshops: frozenset[WorkshopKey] = frozenset()
    scopes: frozenset[str] = frozenset()
    thumbprint: str | None = None
    token_id: str | None = None
    expires_at: float | None = None
