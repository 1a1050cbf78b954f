"""The legacy office that decides a request: what we hand it, and what it says of its file. An adapter is one."""

import datetime
import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

from gateway.domain.request import Act, Appointment, Figure


class OfficeState(enum.Enum):
    RECEIVED = "RECEIVED"
    IN_REVIEW = "IN_REVIEW"
    NEEDS_INFORMATION = "NEEDS_INFORMATION"
    SCHEDULED = "SCHEDULED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class OfficeFile(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is the office's own; `needs` and `note` are words for the citizen; `instance` is 2 after an appeal;
    `results` are what was decided."""

    number: str
    state: OfficeState
    changed_at: datetime.datetime
    instance: int = 1
    needs: str | None = None
    note: str | None = None
    appointment: Appointment | None = None
    results: tuple[Figure, ...] = ()


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A document that goes along."""

    id: str
    media_type: str
    content: bytes

    def __repr__(self) -> str:
        return f"Enclosure({self.media_type}, {len(self.content)} bytes)"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is ours: the office that is handed it twice has it once. `details` are of the service,
    by its name."""

    service: str
    reference: str
    tracking_code: str
    details: bytes
    enclosures: tuple[Enclosure, ...] = ()


class Office(Protocol):
    """Every call may be repeated: deliveries and acts have references, and the office takes each of them once.

    All raise SourceFailure where the office cannot be asked; nothing is known then of whether it has done it.
    """

    async def deliver(self, delivery: Delivery) -> OfficeFile: ...

    async def file(self, reference: str) -> OfficeFile | None:
        """None where the office knows nothing of this reference."""
        ...

    async def forward(self, reference: str, act: Act, enclosures: Sequence[Enclosure]) -> OfficeFile: ...
