"""What we ask of the bank about money: a port, which the bank's adapter fills and tests stand in for."""

import enum
from collections.abc import Mapping
from typing import Protocol

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.lookup import Lookup
from gateway.domain.payment_identifier import PaymentIdentifier
from gateway.domain.payment_ticket import Announcement, BankReceipt, BankVerdict, ReversalVerdict


class ReconciliationFile(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts of one day, as far as they can be read; `unreadable` counts the lines that cannot."""

    day: Day
    receipts: tuple[BankReceipt, ...]
    unreadable: int = 0


class BankCall(msgspec.Struct, frozen=True, kw_only=True):
    """The bank calls about a payment. `event` is the same when it says the same once more."""

    event: str
    identifier: str
    what: Announcement


class CallProblem(enum.Enum):
    """Why a call is not the bank's, or not to be understood: the caller's fault, in the words of the wire."""

    CLIENT_UNKNOWN = "CLIENT_UNKNOWN"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    TIME_SKEW = "TIME_SKEW"
    UNREADABLE = "BAD_REQUEST"


class CallRefused(Exception):
    def __init__(self, problem: CallProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class BankCalls(Protocol):
    """Reads what claims to be a call of the bank. Header names are in lower case; `target` is path and query."""

    def read(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> BankCall:
        """Raises CallRefused."""
        ...


class PaymentBank(Protocol):
    """Each raises SourceFailure. After a SourceTimeout or SourceUnavailable of `confirm` or `reverse` nobody knows
    whether the bank did it: ask before trying again, since a confirmation is not idempotent there."""

    @property
    def receipts_by_identifier(self) -> Lookup[PaymentIdentifier, tuple[BankReceipt, ...]]:
        """All that the bank's books hold of a payment; absent: nothing."""
        ...

    async def confirm(self, receipt: BankReceipt) -> BankVerdict: ...

    async def reverse(self, receipt: BankReceipt) -> ReversalVerdict: ...

    async def reconciliation(self, day: Day) -> ReconciliationFile: ...
