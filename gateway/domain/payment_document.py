"""Payment documents of the finance department, and the order to issue one (domain.md 1.1: FIN)."""

import enum
from typing import Protocol

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import NationalId
from gateway.domain.money import Rial


class DocumentState(enum.Enum):
    """RETURNED: the bank gave it back; nothing was paid."""

    ISSUED = "ISSUED"
    PAID = "PAID"
    RETURNED = "RETURNED"


class PaymentDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`account_ending` are the last four digits of the payee's IBAN: no more of it ever comes here."""

    number: str
    amount: Rial
    state: DocumentState
    account_ending: str
    issued_on: Day
    settled_on: Day | None = None


class PaymentPurpose(enum.Enum):
    """What is paid, in words that finance knows."""

    MARRIAGE_ALLOWANCE = "MARRIAGE_ALLOWANCE"
    FUNERAL_GRANT = "FUNERAL_GRANT"
    SICKNESS_BENEFIT = "SICKNESS_BENEFIT"


class PaymentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`reference` is ours: ordered twice, there is one document. Finance knows the payee's account on file."""

    reference: str
    payee: NationalId
    amount: Rial
    purpose: PaymentPurpose


class Finance(Protocol):
    async def issue(self, order: PaymentOrder) -> PaymentDocument | None:
        """None where no account of the payee is on file. Repeatable. Raises SourceFailure: it may be done then."""
        ...
