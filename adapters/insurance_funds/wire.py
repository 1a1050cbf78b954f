"""The funds' JSON as it travels. Each membership is read by itself."""

import msgspec


class Search(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    national_codes: list[str]

    def __repr__(self) -> str:
        return "Search(***)"


class CodeOfMembership(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """All that is read of a membership before it is known whose it is."""

    national_code: str | int


class MembershipOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`standing` is INSURED or PENSIONER; `since` a Jalali `yyyymmdd`, or an empty marker."""

    national_code: str | int
    fund: str
    fund_name: str
    standing: str
    since: str | int | None = None

    def __repr__(self) -> str:
        return "MembershipOnTheWire(***)"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is OK, or BUSY."""

    result: str
    memberships: list[msgspec.Raw] = []
