"""A case file's JSON as it travels. Moments are epoch milliseconds; states are the offices' numbers."""

from typing import Any

import msgspec


class DocumentOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: str
    media_type: str
    content: str  # base64

    def __repr__(self) -> str:
        return f"DocumentOnTheWire({self.media_type})"


class CaseOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`reference` is ours and makes the call repeatable: the same one is the same case. `form` is of the service."""

    reference: str
    tracking_code: str
    applicant_code: str
    form: dict[str, Any]
    documents: list[DocumentOnTheWire]

    def __repr__(self) -> str:
        return "CaseOnTheWire(***)"


class Search(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    reference: str


class ActOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`actReference` makes it repeatable. `kind` is supplement, withdrawal or appeal."""

    reference: str
    act_reference: str
    kind: str
    text: str | None = None
    documents: list[DocumentOnTheWire] = []

    def __repr__(self) -> str:
        return "ActOnTheWire(***)"


class SessionOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    at: int
    place: str


class FileOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`board` is 1 for the first-instance board and 2 for the board of appeal. `results` are what was decided."""

    reference: str
    number: str
    state: int
    board: int
    changed_at: int
    needs: str | None = None
    note: str | None = None
    session: SessionOnTheWire | None = None
    results: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`result` is OK with a `file`, NOT_FOUND, or BUSY."""

    result: str
    file: FileOnTheWire | None = None
