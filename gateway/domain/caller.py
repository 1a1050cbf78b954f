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


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is the person behind a citizen's or employer's token; `client` names the rest, such as an agency."""

    kind: CallerKind
    subject: NationalId | None = None
    client: str | None = None
    workshops: frozenset[WorkshopKey] = frozenset()
    scopes: frozenset[str] = frozenset()
