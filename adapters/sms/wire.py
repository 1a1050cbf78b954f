"""The SMS gateway's JSON as it travels."""

import msgspec


class MessageOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`reference` is ours and makes the call repeatable: the same one is the same message."""

    reference: str
    national_code: str
    text: str

    def __repr__(self) -> str:
        return "MessageOnTheWire(***)"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    reference: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`result` is OK with the `message` that was taken, NO_NUMBER, or BUSY."""

    result: str
    message: Taken | None = None
