"""Turns Bank Refah's receipts into what our own tickets are settled by, and our orders into its words."""

import datetime
import re
from collections.abc import Collection, Mapping

import msgspec

from adapters.bank_refah.translate.fields import BANK, amount_of, paid_at, state_of
from adapters.bank_refah.wire import (
    CallOnTheWire,
    ConfirmationOrder,
    IdentifierOfReceipt,
    ReceiptOnTheWire,
    ReversalOrder,
)
from adapters.outbound.legacy import filled
from adapters.outbound.payload import UNREADABLE
from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN
from gateway.domain.failure import SourceIncoherent
from gateway.domain.payment_bank import BankCall, CallProblem, CallRefused, ReconciliationFile
from gateway.domain.payment_identifier import PaymentIdentifier
from gateway.domain.payment_ticket import Announcement, BankReceipt

COLUMNS = 6  # paymentIdentifier, payer, amount, rrn, traceNo, state


def receipts_by_identifier(
    rows: Collection[msgspec.Raw], asked: Collection[PaymentIdentifier]
) -> Mapping[PaymentIdentifier, tuple[BankReceipt, ...] | SourceIncoherent]:
    """All rows of each payment, as they are; payments without any are absent, rows of others are dropped.

    A row that makes no sense costs its own payment; one that names none raises SourceIncoherent for all.
    """
    by_digits = {identifier.digits: identifier for identifier in asked}
    found: dict[PaymentIdentifier, list[BankReceipt] | SourceIncoherent] = {}
    for row in rows:
        try:
            named = msgspec.json.decode(row, type=IdentifierOfReceipt).payment_identifier
        except UNREADABLE:
            raise SourceIncoherent(BANK, "a receipt that names no payment") from None
        identifier = by_digits.get(named)
        if identifier is None:
            continue
        mine = found.setdefault(identifier, [])
        if isinstance(mine, SourceIncoherent):
            continue
        try:
            mine.append(receipt_from(msgspec.json.decode(row, type=ReceiptOnTheWire)))
        except (ValueError, *UNREADABLE) as error:
            reason = str(error) if type(error) is ValueError else "not the agreed JSON"
            found[identifier] = SourceIncoherent(BANK, f"a receipt that makes no sense: {reason}")
    return {i: said if isinstance(said, SourceIncoherent) else tuple(said) for i, said in found.items()}


def receipt_from(receipt: ReceiptOnTheWire) -> BankReceipt:
    """Raises ValueError, which repeats nothing of it."""
    return BankReceipt(
        identifier=receipt.payment_identifier,
        state=state_of(receipt.state),
        amount=amount_of(receipt.amount),
        rrn=_reference(receipt.rrn),
        trace_number=filled(receipt.trace_no),
        terminal=filled(receipt.terminal_id),
        channel=filled(receipt.branch_or_channel),
        paid_at=paid_at(receipt.paid_date, receipt.paid_time),
    )


def file_from(text: str, day: Day) -> ReconciliationFile:
    """A nightly file. A line that makes no sense is counted and left out: the others are no less true.

    Raises SourceIncoherent where no line makes sense: that is another kind of document.
    """
    receipts: list[BankReceipt] = []
    unreadable = 0
    for line in text.splitlines():
        try:
            receipts.append(_receipt_of_line(line.split(",")))
        except ValueError:
            unreadable += 1
    if unreadable and not receipts:
        raise SourceIncoherent(BANK, "no reconciliation file")
    return ReconciliationFile(day=day, receipts=tuple(receipts), unreadable=unreadable)


def confirmation_of(receipt: BankReceipt) -> ConfirmationOrder:
    """Raises SourceIncoherent for a receipt that lacks what the bank wants to hear: its books have a hole."""
    if receipt.rrn is None or receipt.paid_at is None:
        raise SourceIncoherent(BANK, "money without a reference or a time")
    return ConfirmationOrder(
        payment_identifier=receipt.identifier,
        amount=receipt.amount,
        rrn=receipt.rrn,
        trace_no=receipt.trace_number or "",
        terminal_id=receipt.terminal or "",
        branch_or_channel=receipt.channel or "",
        paid_at=_packed(receipt.paid_at),
    )


def reversal_of(receipt: BankReceipt) -> ReversalOrder:
    """Raises SourceIncoherent for a receipt without a reference."""
    if receipt.rrn is None:
        raise SourceIncoherent(BANK, "money without a reference")
    return ReversalOrder(payment_identifier=receipt.identifier, rrn=receipt.rrn, amount=receipt.amount)


def call_from(body: bytes) -> BankCall:
    """Raises CallRefused for what is no call about a payment."""
    try:
        call = msgspec.json.decode(body, type=CallOnTheWire)
        if not re.fullmatch(r"[0-9a-f]{16,64}", call.event) or not re.fullmatch(r"[0-9]{12}", call.payment_identifier):
            raise ValueError("neither an event nor a payment")
        return BankCall(event=call.event, identifier=call.payment_identifier, what=Announcement(call.result))
    except (ValueError, *UNREADABLE):
        raise CallRefused(CallProblem.UNREADABLE) from None


def _receipt_of_line(line: list[str]) -> BankReceipt:
    if len(line) != COLUMNS:
        raise ValueError("a line has six columns")
    identifier, _, amount, rrn, trace, state = (column.strip() for column in line)
    if not re.fullmatch(r"[0-9]{12}", identifier) or not re.fullmatch(r"[0-9]{1,15}", amount):
        raise ValueError("no payment identifier, or no amount")
    return BankReceipt(
        identifier=identifier,
        state=state_of(state),
        amount=amount_of(int(amount)),
        rrn=_reference(rrn),
        trace_number=filled(trace),
    )


def _reference(value: str | None) -> str | None:
    """`filled` would take a reference of zeros for an empty place, and so it is: twelve zeros refer to nothing."""
    rrn = filled(value)
    if rrn is not None and not re.fullmatch(r"[0-9]{12}", rrn):
        raise ValueError("a reference has twelve digits")
    return rrn


def _packed(moment: datetime.datetime) -> str:
    here = moment.astimezone(TEHRAN)
    day = Day.from_gregorian(here.date())
    return f"{day.year:04}{day.month:02}{day.day:02}{here:%H%M%S}"
