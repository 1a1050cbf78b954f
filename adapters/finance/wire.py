"""The finance department's JSON as it travels. Amounts are rial; dates are Jalali `yyyymmdd` or empty markers."""

import msgspec


class OrderOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`reference` is ours and makes the call repeatable: the same one is the same document."""

    reference: str
    payee_code: str
    amount: int
    purpose: str

    def __repr__(self) -> str:
        return "OrderOnTheWire(***)"


class Search(msgspec.Struct, frozen=True, kw_only=True):
    numbers: list[str]


class DocumentOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`state` 1 issued, 2 paid, 3 returned; `accountEnding` the last four digits of the payee's IBAN."""

    number: str
    reference: str
    amount: int
    state: int
    account_ending: str
    issued_on: str | int
    settled_on: str | int | None = None

    def __repr__(self) -> str:
        return "DocumentOnTheWire(***)"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is OK with a `document` or `documents`, NO_ACCOUNT, or BUSY."""

    result: str
    document: DocumentOnTheWire | None = None
    documents: list[DocumentOnTheWire] = []
