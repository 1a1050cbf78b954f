"""The feed's JSON as it travels. Dates are Jalali integers, national codes numbers that lost their zeros."""

import msgspec


class Read(msgspec.Struct, frozen=True, kw_only=True):
    after: int
    limit: int


class Search(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    national_codes: list[str]

    def __repr__(self) -> str:
        return "Search(***)"


class PartyOnTheWire(msgspec.Struct, frozen=True, kw_only=True):
    """`first` is said of marriages alone."""

    nin: int
    role: str
    first: bool | None = None


class EventOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`kind` 1 birth, 2 marriage, 3 divorce, 4 death; `officeKind` 1 an official office, 2 another."""

    sequence: int
    kind: int
    registered_on: int
    occurred_on: int | None = None
    parties: list[PartyOnTheWire]
    permanent: bool | None = None
    office_kind: int | None = None

    def __repr__(self) -> str:
        return "EventOnTheWire(***)"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is OK, or BUSY. `last` is the newest sequence, said of pages alone."""

    result: str
    events: list[EventOnTheWire] = []
    last: int | None = None
