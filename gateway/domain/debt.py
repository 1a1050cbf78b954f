"""Debts of employers and insured persons to the Organisation, their ledgers and their orders (domain.md 2.6, 2.8)."""

import enum

import msgspec

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.money import Rial


class DebtStage(enum.Enum):
    """In the order in which a claim hardens. Instalments are granted only before EXECUTION_ORDER (service 27)."""

    NOTICED = "NOTICED"
    WARNED = "WARNED"
    FINAL = "FINAL"
    EXECUTION_ORDER = "EXECUTION_ORDER"
    ENFORCEMENT = "ENFORCEMENT"


PAGES_OF_DEBTS = 5
"""What a service that needs all debts of a workshop asks at most, a hundred a page."""


class DebtKey(msgspec.Struct, frozen=True, order=True):
    number: str
    branch: BranchCode


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in rial. `amount` = premium + unemployment_premium + other; `remaining` is what is still owed.

    `served` sets the term of an objection running, `ruled` (the first-instance board's ruling) that of an appeal.
    """

    number: str
    branch: BranchCode
    workshop: WorkshopCode | None = None
    debtor: NationalId | None = None
    stage: DebtStage
    reason: str | None = None
    period_since: YearMonth | None = None
    period_until: YearMonth | None = None
    issued: Day | None = None
    served: Day | None = None
    ruled: Day | None = None
    amount: Rial
    remaining: Rial
    premium: Rial
    unemployment_premium: Rial
    other: Rial


class DebtPosition(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page ended, in the order (issued desc, branch, number). No date sorts as 0."""

    issued: int
    branch: BranchCode
    number: str


class DebtsOfPerson(msgspec.Struct, frozen=True, kw_only=True):
    person: NationalId
    first: int = 20
    after: DebtPosition | None = None


class DebtsOfWorkshop(msgspec.Struct, frozen=True, kw_only=True):
    workshop: WorkshopKey
    first: int = 20
    after: DebtPosition | None = None


class LedgerKind(enum.Enum):
    CHARGE = "CHARGE"
    PENALTY = "PENALTY"
    PAYMENT = "PAYMENT"
    ADJUSTMENT = "ADJUSTMENT"


class LedgerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of a debt. `amount` in rial, negative where it lowers the debt; `balance` after it."""

    sequence: int
    date: Day | None = None
    kind: LedgerKind
    amount: Rial
    balance: Rial
    description: str | None = None


class ClaimOrderKind(enum.Enum):
    DEBT_NOTICE = "DEBT_NOTICE"
    WARNING = "WARNING"
    EXECUTION_ORDER = "EXECUTION_ORDER"
    STATEMENT = "STATEMENT"


class ClaimOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order served on a workshop. `amount` in rial."""

    number: str
    kind: ClaimOrderKind
    branch: BranchCode
    debt_number: str | None = None
    issued: Day | None = None
    served: Day | None = None
    amount: Rial
