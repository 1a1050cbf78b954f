"""A payment that we have asked for: its ticket, what it pays, and the money the bank took for it (domain.md 2.5)."""

import datetime
import enum

import msgspec

from gateway.domain.calendar import YearMonth
from gateway.domain.debt import DebtKey
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial
from gateway.domain.payment import PaymentFinding, PaymentState
from gateway.domain.payment_identifier import BillIdentifier, PaymentIdentifier


class PaymentPurpose(enum.Enum):
    PREMIUM = "PREMIUM"
    DEBT = "DEBT"
    PART_MONTH = "PART_MONTH"


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid: a premium and a part-month premium by kind and period, a debt by its key."""

    purpose: PaymentPurpose
    kind: InsuranceKind | None = None
    period: YearMonth | None = None
    debt: DebtKey | None = None

    @property
    def name(self) -> str:
        """The same for the same obligation of a person; holds nothing of the person."""
        if self.debt is not None:
            return f"{self.purpose.value}:{self.debt.branch.digits}:{self.debt.number}"
        kind = self.kind.value if self.kind else "-"
        return f"{self.purpose.value}:{kind}:{self.period or '-'}"


class BankReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank's books say of one debit. `amount` in rial; `rrn` is the reference that is spent once."""

    identifier: str
    state: PaymentState
    amount: Rial
    rrn: str | None = None
    trace_number: str | None = None
    terminal: str | None = None
    channel: str | None = None
    paid_at: datetime.datetime | None = None


class BankVerdict(enum.Enum):
    """How the bank answers a confirmation. DUPLICATE: it was confirmed before; our own record says by whom."""

    CONFIRMED = "CONFIRMED"
    PENDING = "PENDING"
    NOT_FOUND = "NOT_FOUND"
    REVERSED = "REVERSED"
    DUPLICATE = "DUPLICATE"


class ReversalVerdict(enum.Enum):
    REVERSED = "REVERSED"
    ALREADY_REVERSED = "ALREADY_REVERSED"
    NOT_FOUND = "NOT_FOUND"


class Announcement(enum.Enum):
    """What the bank's call to us says of a payment. It is a reason to ask, never a confirmation."""

    PAID = "PAID"
    REFUSED = "REFUSED"


OPEN_STATES = frozenset(
    {PaymentState.CREATED, PaymentState.PENDING, PaymentState.VERIFYING, PaymentState.PAID_UNCONFIRMED}
)


class PaymentTicket(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to pay one obligation. `money` is the debit it accepted; `ask_at`, when the bank is asked next.

    `silences` counts how often in a row the bank did not answer. `bill` is None for a payment that was made at the bank
    without a ticket, and is settled by one afterwards. Times are aware, UTC.
    """

    id: str
    identifier: PaymentIdentifier
    bill: BillIdentifier | None = None
    payer: NationalId
    obligation: Obligation
    amount: Rial
    state: PaymentState = PaymentState.CREATED
    opened_at: datetime.datetime
    expires_at: datetime.datetime
    ask_at: datetime.datetime | None = None
    announced: Announcement | None = None
    money: BankReceipt | None = None
    confirmed_at: datetime.datetime | None = None
    silences: int = 0
    findings: tuple[PaymentFinding, ...] = ()

    @property
    def open(self) -> bool:
        """Whether money may still come or is held: then the obligation takes no second ticket."""
        return self.state in OPEN_STATES


class PostingKind(enum.Enum):
    """TAKEN: the bank holds it for us, unconfirmed. CREDITED: confirmed. RETURNED, WITHDRAWN: given back, before and
    after it was credited."""

    TAKEN = "TAKEN"
    CREDITED = "CREDITED"
    RETURNED = "RETURNED"
    WITHDRAWN = "WITHDRAWN"
