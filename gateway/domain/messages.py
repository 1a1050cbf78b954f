"""Messages to persons: the outbox. The gateway knows no mobile numbers; who sends them has the one on file."""

import enum
from typing import Protocol

import msgspec

from gateway.domain.identifiers import NationalId

LONGEST_TEXT = 1_000


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is ours: handed over twice, it is sent once. `text` is Persian, for the person alone."""

    reference: str
    person: NationalId
    text: str

    def __post_init__(self) -> None:
        if not self.reference or not 1 <= len(self.text) <= LONGEST_TEXT:
            raise ValueError("a message has a reference and a text of at most a thousand letters")

    def __repr__(self) -> str:
        return f"Message({self.reference!r})"


class Sending(enum.Enum):
    """TAKEN: it will be sent, or was before. NO_NUMBER: no mobile number of the person is on file."""

    TAKEN = "TAKEN"
    NO_NUMBER = "NO_NUMBER"


class Outbox(Protocol):
    async def send(self, message: Message) -> Sending:
        """Repeatable. Raises SourceFailure: then it may have been taken."""
        ...
