"""The course of a payment: a pure function from a ticket and an event to the next ticket and what is to be done.

    CREATED ──────────────┬─> EXPIRED            nothing was paid, and the bank says so
       │                  └─> FAILED             the bank refused the payer, and nothing was paid
       ├─> PENDING                               the bank has begun and taken nothing yet
       └─> VERIFYING ──┬─> CONFIRMED             the bank confirmed: credited, treatment opens
             │    ▲    └─> REVERSED              another amount, or too late: given back
             ▼    │
       PAID_UNCONFIRMED                          taken, and the confirmation is missing: never a failure

Rules (domain.md 2.5): a reference is spent once; only the bank's own books confirm, its call to us is a reason to ask;
an amount that differs is reversed; a second debit is reversed; silence after the debit is resolved by inquiry, and each
confirmation follows an inquiry that found the money unconfirmed. So nothing is credited twice, and no debit is
forgotten: a ticket ends only when the bank has said what became of the money.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec.structs import replace

from gateway.domain.payment import PaymentFinding, PaymentState
from gateway.domain.payment_events import (
    Announced,
    AskAgain,
    Asked,
    BankSaid,
    BankSilent,
    Booking,
    Circumstances,
    CloseTreatment,
    Confirm,
    OpenTreatment,
    Patience,
    PaymentEvent,
    Post,
    Reconciled,
    Reverse,
    Step,
    Verdict,
)
from gateway.domain.payment_ticket import (
    Announcement,
    BankReceipt,
    BankVerdict,
    PaymentPurpose,
    PaymentTicket,
    PostingKind,
)

_HELD = frozenset({PaymentState.PAID_UNCONFIRMED, PaymentState.VERIFYING})
_BEGUN = frozenset({PaymentState.CREATED, PaymentState.PENDING})
_UNPAID = frozenset({PaymentState.EXPIRED, PaymentState.FAILED})


def opened(ticket: PaymentTicket, patience: Patience) -> PaymentTicket:
    """A new ticket: the bank is asked when it has expired, unless somebody gives a reason before."""
    return replace(ticket, ask_at=ticket.expires_at + patience.grace)


def next_step(
    ticket: PaymentTicket,
    event: PaymentEvent,
    *,
    now: datetime.datetime,
    around: Circumstances,
    patience: Patience,
) -> Step:
    """Total: any event may come at any time, any number of times."""
    match event:
        case Announced(what):
            return Step(_announced(ticket, what, now))
        case Asked() | AskAgain():
            # Also after the end: money may have come since, or a second time.
            return Step(replace(ticket, ask_at=now))
        case BankSilent(retry_after):
            return Step(_after_silence(ticket, now, patience, retry_after))
        case Verdict(receipt, result):
            return _after_verdict(ticket, receipt, result, now, around, patience)
        case Reconciled(receipts):
            step = _Books(ticket, receipts, now, around, patience).step()
            # A file is hours old: what it leaves open is asked anew, and nothing is sent to the bank on its word.
            return Step(replace(step.ticket, ask_at=now), step.bookings) if step.command else step
        case BankSaid(receipts):
            heard = replace(ticket, silences=0)
            if any(receipt.state not in _UNPAID for receipt in receipts):
                return _Books(heard, receipts, now, around, patience).step()
            if any(receipt.state is PaymentState.FAILED for receipt in receipts) and ticket.announced is None:
                heard = replace(heard, announced=Announcement.REFUSED)
            return Step(_nothing_paid(heard, now, patience))
        case _:
            assert_never(event)


def _announced(ticket: PaymentTicket, what: Announcement, now: datetime.datetime) -> PaymentTicket:
    heard = replace(ticket, ask_at=now, announced=what)
    if what is Announcement.PAID and ticket.state in _BEGUN:
        return replace(heard, state=PaymentState.VERIFYING)
    return heard


def _after_silence(
    ticket: PaymentTicket, now: datetime.datetime, patience: Patience, retry_after: float | None = None
) -> PaymentTicket:
    silences = ticket.silences + 1
    pause = max(patience.after(silences), datetime.timedelta(seconds=retry_after or 0))
    later = replace(ticket, silences=silences, ask_at=now + pause)
    if ticket.open and ticket.money is not None:
        # The first silence is a bank that is slow; from the second on the payer is told that the bank is late.
        return replace(later, state=PaymentState.VERIFYING if silences == 1 else PaymentState.PAID_UNCONFIRMED)
    return later


def _nothing_paid(ticket: PaymentTicket, now: datetime.datetime, patience: Patience) -> PaymentTicket:
    """The bank knows of no payment, or of one that came to nothing."""
    if not ticket.open:
        return replace(ticket, ask_at=None)
    if ticket.money is not None or ticket.announced is Announcement.PAID:
        # It told us of money and now denies it: its books lag behind its calls, or they are wrong. Never a failure.
        return replace(ticket, ask_at=now + patience.while_pending)
    if ticket.announced is Announcement.REFUSED:
        return replace(ticket, state=PaymentState.FAILED, ask_at=None)
    if now < ticket.expires_at + patience.grace:
        return replace(ticket, state=PaymentState.CREATED, ask_at=ticket.expires_at + patience.grace)
    return replace(ticket, state=PaymentState.EXPIRED, ask_at=None)


def _after_verdict(
    ticket: PaymentTicket,
    receipt: BankReceipt,
    result: BankVerdict,
    now: datetime.datetime,
    around: Circumstances,
    patience: Patience,
) -> Step:
    heard = replace(ticket, silences=0)
    match result:
        case BankVerdict.CONFIRMED:
            step = _credited(heard, receipt, now, around)
            strays = _held_besides(receipt, around)
            return Step(replace(step.ticket, ask_at=now), step.bookings) if strays else step
        case BankVerdict.PENDING:
            late = replace(heard, state=PaymentState.PAID_UNCONFIRMED, ask_at=now + patience.while_pending)
            return Step(late)
        case BankVerdict.DUPLICATE:
            return Step(replace(_with(heard, PaymentFinding.DUPLICATE_CONFIRMATION), ask_at=now))
        case BankVerdict.REVERSED:
            return Step(replace(heard, ask_at=now))
        case BankVerdict.NOT_FOUND:
            return Step(_after_silence(ticket, now, patience))
        case _:
            assert_never(result)


def _credited(ticket: PaymentTicket, receipt: BankReceipt, now: datetime.datetime, around: Circumstances) -> Step:
    """`receipt` is the ticket's money, and the bank has confirmed it."""
    # A line of a nightly file says less of the money than an inquiry did.
    known = ticket.money if ticket.money is not None and ticket.money.rrn == receipt.rrn else receipt
    done = replace(
        ticket,
        state=PaymentState.CONFIRMED,
        confirmed_at=ticket.confirmed_at or now,
        money=replace(known, state=PaymentState.CONFIRMED),
        ask_at=None,
    )
    bookings: list[Booking] = _posted_once(around, receipt, PostingKind.TAKEN, PostingKind.CREDITED)
    if ticket.state is not PaymentState.CONFIRMED and ticket.obligation.purpose is PaymentPurpose.PREMIUM:
        bookings.append(OpenTreatment())
    return Step(done, tuple(bookings))


class _Books:
    """What the bank's receipts of one payment mean for its ticket."""

    def __init__(
        self,
        ticket: PaymentTicket,
        receipts: Sequence[BankReceipt],
        now: datetime.datetime,
        around: Circumstances,
        patience: Patience,
    ) -> None:
        self._now, self._around, self._patience = now, around, patience
        self._findings: list[PaymentFinding] = []
        self._ticket = ticket
        mine = [r for r in receipts if r.rrn is not None and r.rrn not in around.spent_elsewhere]
        if any(r.rrn in around.spent_elsewhere for r in receipts):
            self._findings.append(PaymentFinding.REFERENCE_SPENT)
        self._by_reference = _one_a_reference(mine)
        self._credited = _credited_now(around)

    def step(self) -> Step:
        """What is accepted is looked after first, what is to be given back afterwards, one command a step."""
        bookings = self._found_reversed()
        accepted = self._accepted()
        # Beside money that counts, a confirmed row under another reference is no money: it is a second confirmation.
        money = _HELD if accepted or self._credited else _HELD | {PaymentState.CONFIRMED}
        strays = [r for r in self._of_all() if r.state in money and r is not accepted]
        for stray in strays:
            bookings += _posted_once(self._around, stray, PostingKind.TAKEN)
        step = self._of_accepted(accepted) if accepted else self._without_money(strays)
        command = step.command
        ask_at = step.ticket.ask_at
        if strays:
            self._findings.append(self._why_returned(strays[0], accepted))
        if strays and command is None:
            command, ask_at = Reverse(strays[0]), self._now
        ticket = replace(_with(step.ticket, *self._findings), ask_at=ask_at)
        return Step(ticket, (*bookings, *step.bookings), command)

    def _accepted(self) -> BankReceipt | None:
        """The debit that pays the obligation: the one accepted before, else the first that may.

        What was credited once stays the one, also where these receipts do not show it: no ticket is credited twice.
        """
        if self._credited is not None:
            counted = self._by_reference.get(self._credited)
            return counted if counted is not None and counted.state is not PaymentState.REVERSED else None
        held = self._ticket.money
        same = self._by_reference.get(held.rrn) if held is not None and held.rrn is not None else None
        if same is not None and same.state is not PaymentState.REVERSED and self._is_ours(same):
            return same
        if not self._ticket.open and not self._around.free:
            return None
        fitting = [r for r in self._of_all() if self._fits(r)]
        return min(fitting, key=_confirmed_then_first, default=None)

    def _of_all(self) -> Iterable[BankReceipt]:
        return self._by_reference.values()

    def _is_ours(self, receipt: BankReceipt) -> bool:
        return receipt.amount == self._ticket.amount or (receipt.rrn, PostingKind.CREDITED) in self._around.posted

    def _fits(self, receipt: BankReceipt) -> bool:
        returned = (receipt.rrn, PostingKind.RETURNED) in self._around.posted
        return (
            receipt.amount == self._ticket.amount
            and not returned
            and (receipt.state in _HELD or receipt.state is PaymentState.CONFIRMED)
        )

    def _of_accepted(self, receipt: BankReceipt) -> Step:
        others = [r for r in self._of_all() if r is not receipt]
        if any(r.state is PaymentState.CONFIRMED for r in others):
            self._findings.append(PaymentFinding.DUPLICATE_CONFIRMATION)
        if receipt.state is PaymentState.CONFIRMED:
            return _credited(self._ticket, receipt, self._now, self._around)
        if self._ticket.state is PaymentState.CONFIRMED:
            # Confirmed before, and now not: the bank's word is the bank's, and we ask until it is one word again.
            return Step(replace(self._ticket, ask_at=self._now + self._patience.while_pending))
        late = self._ticket.state is PaymentState.PAID_UNCONFIRMED
        held = replace(
            self._ticket,
            state=PaymentState.PAID_UNCONFIRMED if late else PaymentState.VERIFYING,
            money=receipt,
            ask_at=self._now,
        )
        return Step(held, tuple(_posted_once(self._around, receipt, PostingKind.TAKEN)), Confirm(receipt))

    def _without_money(self, strays: Sequence[BankReceipt]) -> Step:
        """Nothing here pays the obligation."""
        ticket = self._ticket
        withdrawn = any(r.state is PaymentState.REVERSED and r.rrn == self._credited for r in self._of_all())
        if self._credited is not None and not withdrawn:
            if any(r.state is PaymentState.CONFIRMED for r in self._of_all()):
                self._findings.append(PaymentFinding.DUPLICATE_CONFIRMATION)
            return Step(replace(ticket, ask_at=self._now + self._patience.while_pending))
        if strays:
            state = PaymentState.VERIFYING if ticket.open else ticket.state
            return Step(replace(ticket, state=state, ask_at=self._now))
        if any(r.state is PaymentState.REVERSED for r in self._of_all()):
            return Step(replace(ticket, state=PaymentState.REVERSED, ask_at=None))
        if not ticket.open:
            return Step(replace(ticket, ask_at=None))
        begun = ticket.state if ticket.state in _HELD else PaymentState.PENDING
        return Step(replace(ticket, state=begun, ask_at=self._now + self._patience.while_pending))

    def _found_reversed(self) -> list[Booking]:
        """Debits that the bank has given back, by our order or by its own."""
        bookings: list[Booking] = []
        for receipt in self._of_all():
            if receipt.state is not PaymentState.REVERSED:
                continue
            credited = (receipt.rrn, PostingKind.CREDITED) in self._around.posted
            back = PostingKind.WITHDRAWN if credited else PostingKind.RETURNED
            new = _posted_once(self._around, receipt, PostingKind.TAKEN, back)
            bookings += new
            if new and credited:
                bookings.append(CloseTreatment())
        return bookings

    def _why_returned(self, stray: BankReceipt, accepted: BankReceipt | None) -> PaymentFinding:
        if stray.amount != self._ticket.amount:
            return PaymentFinding.AMOUNT_DIFFERS
        return PaymentFinding.TAKEN_TWICE if accepted else PaymentFinding.PAID_TOO_LATE


def _one_a_reference(receipts: Iterable[BankReceipt]) -> dict[str, BankReceipt]:
    """One row for each reference, the one that says most of it: reversed before confirmed before held."""
    rows: dict[str, BankReceipt] = {}
    for receipt in sorted(receipts, key=_last_word_last):
        if receipt.rrn is not None:
            rows[receipt.rrn] = receipt
    return rows


def _last_word_last(receipt: BankReceipt) -> int:
    return {PaymentState.REVERSED: 2, PaymentState.CONFIRMED: 1}.get(receipt.state, 0)


def _confirmed_then_first(receipt: BankReceipt) -> tuple[bool, str, str]:
    paid = receipt.paid_at.isoformat() if receipt.paid_at else "~"
    return receipt.state is not PaymentState.CONFIRMED, paid, receipt.rrn or ""


def _credited_now(around: Circumstances) -> str | None:
    """The reference that the ledger has credited for the ticket, and not taken back."""
    credited = {rrn for rrn, kind in around.posted if kind is PostingKind.CREDITED}
    withdrawn = {rrn for rrn, kind in around.posted if kind is PostingKind.WITHDRAWN}
    return next(iter(sorted(credited - withdrawn)), None)


def _held_besides(receipt: BankReceipt, around: Circumstances) -> frozenset[str]:
    """References of money that we know of, and that is neither credited nor given back."""
    ended = {rrn for rrn, kind in around.posted if kind is not PostingKind.TAKEN}
    return frozenset(rrn for rrn, _ in around.posted) - ended - {receipt.rrn or ""}


def _posted_once(around: Circumstances, receipt: BankReceipt, *kinds: PostingKind) -> list[Booking]:
    """What the ledger does not have yet."""
    rrn = receipt.rrn or ""
    return [Post(kind, rrn, receipt.amount) for kind in kinds if (rrn, kind) not in around.posted]


def _with(ticket: PaymentTicket, *findings: PaymentFinding) -> PaymentTicket:
    return replace(ticket, findings=tuple(dict.fromkeys((*ticket.findings, *findings))))
