"""Premium payments, as Bank Refah confirms them."""

import datetime
import enum

import msgspec

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial


class PaymentState(enum.Enum):
    """PAID_UNCONFIRMED: the money was taken and the confirmation is missing. Never a failure; never pay again."""

    CREATED = "CREATED"
    PENDING = "PENDING"
    VERIFYING = "VERIFYING"
    CONFIRMED = "CONFIRMED"
    PAID_UNCONFIRMED = "PAID_UNCONFIRMED"
    REVERSED = "REVERSED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


class PaymentFinding(enum.Enum):
    """What is odd about a payment."""

    DUPLICATE_CONFIRMATION = "DUPLICATE_CONFIRMATION"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    TAKEN_TWICE = "TAKEN_TWICE"
    REFERENCE_SPENT = "REFERENCE_SPENT"
    PAID_TOO_LATE = "PAID_TOO_LATE"


class PremiumPayment(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in rial: `amount` was paid, `due` was owed. Times are aware, UTC."""

    identifier: str
    payer: NationalId
    state: PaymentState
    amount: Rial
    due: Rial | None = None
    kind: InsuranceKind | None = None
    period: YearMonth | None = None
    paid_at: datetime.datetime | None = None
    confirmed_at: datetime.datetime | None = None
    rrn: str | None = None
    trace_number: str | None = None
    findings: tuple[PaymentFinding, ...] = ()
