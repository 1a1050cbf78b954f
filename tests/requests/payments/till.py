"""A bank in this process: the twin's own books and till behind the port of the gateway, with moods."""

import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from adapters.bank_refah.translate import confirmation_of, file_from, receipts_by_identifier, reversal_of
from gateway.domain.calendar import Day
from gateway.domain.failure import Source, SourceFailure, SourceTimeout
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.payment_bank import ReconciliationFile
from gateway.domain.payment_identifier import PaymentIdentifier
from gateway.domain.payment_ticket import BankReceipt, BankVerdict, PaymentTicket, ReversalVerdict
from twin.bank_refah_books import Confirmation, OpenBooks, Reversal, row
from twin.bank_refah_payments import BankConditions, Payment, Till
from twin.clock import TEHRAN
from twin.clock import Clock as TwinClock

BANK = Source.BANK_REFAH
T = TypeVar("T")


class Crash(BaseException):
    """The process dies here: nothing of ours may catch it."""


class SteppedClock(TwinClock):
    """The same time for the bank and for us, which moves only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.at = datetime.datetime(2026, 10, 25, 8, 0, tzinfo=datetime.UTC)

    def time(self) -> float:
        return self.at.timestamp()

    def now(self) -> datetime.datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def goes_on(self, **by: float) -> None:
        self.at += datetime.timedelta(**by)

    def today(self) -> Day:
        return Day.from_gregorian(self.at.astimezone(TEHRAN).date())


@dataclasses.dataclass
class BankInTest:
    """`mood` is how the next calls end: well; "silent" before anything is done; "forgets", done and not answered;
    "dies", done, and then our process dies. `forgets_only` names one operation. `calls` counts by operation."""

    clock: SteppedClock
    mood: str = "well"
    forgets_only: str | None = None
    calls: dict[str, int] = dataclasses.field(
        default_factory=lambda: dict.fromkeys(("inquire", "confirm", "reverse"), 0)
    )

    def __post_init__(self) -> None:
        self.books = OpenBooks([], self.clock)
        self.till = Till(1, self.clock)

    def takes(self, ticket: PaymentTicket, **conditions: object) -> str:
        """The payer pays. `amount`, `channel` of the order; the rest are conditions of the bank."""
        assert ticket.bill is not None
        payment = Payment(
            bill_identifier=ticket.bill.digits,
            payment_identifier=ticket.identifier.digits,
            amount=ticket.amount,
            payer=ticket.payer.digits,
        )
        said = msgspec.convert(conditions, BankConditions)
        return self.books.take(self.till.debits(payment, said), said.clearing_hours)

    def debited_again(self, ticket: PaymentTicket) -> str:
        """By the bank's own mistake, days after: the reference of a second debit, of which it tells nobody."""
        assert ticket.bill is not None
        order = Payment(
            bill_identifier=ticket.bill.digits,
            payment_identifier=ticket.identifier.digits,
            amount=ticket.amount,
            payer=ticket.payer.digits,
        )
        (debit,) = self.till.debits(order, BankConditions())
        self.books._add(debit)
        return debit.rrn

    def rows(self, ticket: PaymentTicket) -> list[tuple[str, str, int]]:
        """Reference, state and amount of each."""
        found = self.books.find(payers=None, identifiers=[ticket.identifier.digits])
        return sorted((receipt.rrn, receipt.state, receipt.amount) for receipt in found)

    async def receipts_by_identifier(
        self, keys: Sequence[PaymentIdentifier], /
    ) -> Mapping[PaymentIdentifier, Fact[tuple[BankReceipt, ...]] | SourceFailure]:
        found = self._in_its_mood(
            "inquire", lambda: self.books.find(payers=None, identifiers=[key.digits for key in keys])
        )
        raw = [msgspec.Raw(msgspec.json.encode(row(receipt))) for receipt in found]
        provenance = Provenance(source=BANK, fetched_at=self.clock.now())
        said = receipts_by_identifier(raw, keys)
        return {
            key: answer if isinstance(answer, SourceFailure) else Fact(answer, provenance)
            for key, answer in said.items()
        }

    async def confirm(self, receipt: BankReceipt) -> BankVerdict:
        order = msgspec.json.decode(msgspec.json.encode(confirmation_of(receipt)), type=Confirmation)
        return BankVerdict(self._in_its_mood("confirm", lambda: self.books.confirm(order)["result"]))

    async def reverse(self, receipt: BankReceipt) -> ReversalVerdict:
        order = msgspec.json.decode(msgspec.json.encode(reversal_of(receipt)), type=Reversal)
        return ReversalVerdict(self._in_its_mood("reverse", lambda: self.books.reverse(order)["result"]))

    async def reconciliation(self, day: Day) -> ReconciliationFile:
        return file_from(self.books.reconciliation(day.jalali.replace("-", "")), day)

    def _in_its_mood(self, operation: str, does: Callable[[], T]) -> T:
        self.calls[operation] += 1
        if self.mood == "silent":
            raise SourceTimeout(BANK, "silent")
        done = does()
        if self.mood == "dies":
            self.mood = "well"
            raise Crash
        if self.mood == "forgets" or self.forgets_only == operation:
            raise SourceTimeout(BANK, "done, and not answered")
        return done


def payer(serial: int) -> NationalId:
    nine = f"{serial:09}"
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return NationalId(f"{nine}{rest if rest < 2 else 11 - rest}")
