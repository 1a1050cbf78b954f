"""Pensions, as the branches know them."""

import enum

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.identifiers import BranchCode
from gateway.domain.money import Rial


class PensionKind(enum.Enum):
    RETIREMENT = "RETIREMENT"
    DISABILITY = "DISABILITY"
    SURVIVOR = "SURVIVOR"


class PensionStatus(enum.Enum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


class Pension(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in rial a month; `last_payment_amount` is what was paid on `last_payment`."""

    number: str
    kind: PensionKind
    status: PensionStatus
    base_date: Day | None = None
    end_date: Day | None = None
    monthly_amount: Rial
    last_payment: Day | None = None
    last_payment_amount: Rial | None = None
    branch: BranchCode
