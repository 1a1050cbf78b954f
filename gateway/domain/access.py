"""Who read what about a person: one entry of the log that the person may read."""

import datetime
from collections.abc import Awaitable, Callable

import msgspec

from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Page


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """The same in Persian and in English."""

    fa: str
    en: str


class AccessLogPosition(msgspec.Struct, frozen=True, order=True):
    """In the order (moment desc, event desc). `at` is in microseconds since 1970."""

    at: int
    event: str


class AccessLogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One reading. `purpose` is that of the contract it was made under; `groups` are what was read, in words."""

    position: AccessLogPosition
    at: datetime.datetime
    reader: Wording
    purpose: Wording | None
    legal_basis: str | None
    groups: tuple[Wording, ...]


class AccessLogQuery(msgspec.Struct, frozen=True, kw_only=True):
    person: NationalId
    first: int
    after: AccessLogPosition | None = None


AccessLogReader = Callable[[AccessLogQuery], Awaitable[Page[AccessLogEntry]]]
