"""What we ask of the bank about money: a port, which the bank's adapter fills and tests stand in for."""

from typing import Protocol

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.lookup import Lookup
from gateway.domain.payment_identifier import PaymentIdentifier
from gateway.domain.payment_ticket import BankReceipt, BankVerdict, ReversalVerdict


class ReconciliationFile(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts of one day, as far as they can be read; `unreadable` counts the lines that cannot."""

    day: Day
    receipts: tuple[BankReceipt, ...]
    unreadable: int = 0


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
