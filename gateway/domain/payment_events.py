"""What can happen to a payment, and what is to be done about it."""

import datetime

import msgspec

from gateway.domain.money import Rial
from gateway.domain.payment_ticket import Announcement, BankReceipt, BankVerdict, PaymentTicket, PostingKind


class Announced(msgspec.Struct, frozen=True):
    """The bank called us about the payment."""

    what: Announcement


class Asked(msgspec.Struct, frozen=True):
    """The payer wants to know."""


class BankSaid(msgspec.Struct, frozen=True):
    """An inquiry was answered: all that the bank's books hold of this payment, which may be nothing."""

    receipts: tuple[BankReceipt, ...]


class BankSilent(msgspec.Struct, frozen=True):
    """A question, a confirmation or a reversal was not answered: what became of it is not known. The bank may have said
    how many seconds to wait."""

    retry_after: float | None = None


class Verdict(msgspec.Struct, frozen=True):
    """The bank answered our confirmation of `receipt`."""

    receipt: BankReceipt
    result: BankVerdict


class AskAgain(msgspec.Struct, frozen=True):
    """There is a reason to look into the bank's books: a reversal that it answered, a file that lacks a line."""


class Reconciled(msgspec.Struct, frozen=True):
    """Lines of a nightly file: some of what the bank's books hold, and never less than the truth about those."""

    receipts: tuple[BankReceipt, ...]


PaymentEvent = Announced | Asked | BankSaid | BankSilent | Verdict | AskAgain | Reconciled


class Post(msgspec.Struct, frozen=True):
    """A posting in the ledger, at most one of its kind for a reference. TAKEN also spends the reference."""

    kind: PostingKind
    rrn: str
    amount: Rial


class OpenTreatment(msgspec.Struct, frozen=True):
    """The payer is entitled to treatment from now on."""


class CloseTreatment(msgspec.Struct, frozen=True):
    """What this payment opened was given back."""


class Confirm(msgspec.Struct, frozen=True):
    receipt: BankReceipt


class Reverse(msgspec.Struct, frozen=True):
    receipt: BankReceipt


Booking = Post | OpenTreatment | CloseTreatment


class Circumstances(msgspec.Struct, frozen=True):
    """What the store knows around a ticket.

    `free`: no other ticket is open for the obligation, or has paid it since. `spent_elsewhere`: references that other
    tickets have spent. `posted`: what stands in the ledger for this ticket, by reference.
    """

    free: bool = True
    spent_elsewhere: frozenset[str] = frozenset()
    posted: frozenset[tuple[str, PostingKind]] = frozenset()


class Step(msgspec.Struct, frozen=True):
    """The ticket after an event. `bookings` are kept together with it, at once; `command` is for the bank, afterwards.

    A command may be lost with the process: then the ticket's `ask_at` brings the question back, and its answer the
    command, if it is still to be carried out.
    """

    ticket: PaymentTicket
    bookings: tuple[Booking, ...] = ()
    command: Confirm | Reverse | None = None


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait before the bank is asked again. All of it ours: the bank's contract says nothing (unknown)."""

    after_silence: tuple[datetime.timedelta, ...] = tuple(
        datetime.timedelta(seconds=seconds) for seconds in (2, 5, 15, 60, 300, 900, 3600)
    )
    while_pending: datetime.timedelta = datetime.timedelta(hours=1)
    grace: datetime.timedelta = datetime.timedelta(minutes=2)

    def after(self, silences: int) -> datetime.timedelta:
        return self.after_silence[min(max(silences, 1), len(self.after_silence)) - 1]
