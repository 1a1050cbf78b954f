"""What can be set about payments. What nobody has told us is None, and means unknown: nothing is invented."""

import datetime
from dataclasses import dataclass, field

from gateway.domain.insurance import InsuranceKind
from gateway.domain.payment_events import Patience
from gateway.domain.payment_identifier import BillIdentifier
from gateway.domain.settable import Duration, DurationOrZero


def _rates() -> dict[InsuranceKind, int]:
    return {InsuranceKind.VOLUNTARY: 2_700}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettings:
    """`bill` is the Organisation's bill identifier (unknown); without it no payment can be started.

    `rates` are premiums in hundredths of a percent of the wage, by the kind of insurance: voluntary 27 % (domain.md
    2.8); what the others chose (12, 14 or 18 %) no system tells us, and a kind that is not there cannot be paid here.
    `part_month_rate` is the same for the missing days of a month (unknown).
    `ticket_minutes`: how long a ticket is good for (unknown). `confirm_seconds`: how long confirmPremiumPayment waits
    for the bank before it answers with what is known. `pending_seconds`, `grace_seconds`: when the bank is asked again
    about a payment that it is still clearing, and after a ticket has expired.
    `reconcile_at` is the time in Tehran from which the bank's file of the day before is there (unknown); without it
    files are read by command only. `branch_hours`: how long the branches' nightly batch may take to book what was paid
    here (unknown); until then a debt shows it as `paidHere`.
    """

    bill: str | None = None
    rates: dict[InsuranceKind, int] = field(default_factory=_rates)
    part_month_rate: int | None = None
    ticket_minutes: Duration = 20.0
    confirm_seconds: Duration = 2.5
    pending_seconds: Duration = 3_600.0
    grace_seconds: DurationOrZero = 120.0
    reconcile_at: datetime.time | None = None
    branch_hours: DurationOrZero = 72.0

    @property
    def bill_identifier(self) -> BillIdentifier | None:
        """Raises ValueError for a wrong check digit."""
        return BillIdentifier(self.bill) if self.bill else None

    @property
    def patience(self) -> Patience:
        return Patience(
            while_pending=datetime.timedelta(seconds=self.pending_seconds),
            grace=datetime.timedelta(seconds=self.grace_seconds),
        )

    @property
    def lifetime(self) -> datetime.timedelta:
        return datetime.timedelta(minutes=self.ticket_minutes)
