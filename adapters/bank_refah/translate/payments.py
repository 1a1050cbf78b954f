"""Turns Bank Refah's receipts into PremiumPayments."""

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from adapters.bank_refah.translate.fields import BANK, amount_of, paid_at, state_of
from adapters.bank_refah.wire import PayerOfReceipt, ReceiptOnTheWire
from adapters.outbound.legacy import filled, instant, number
from adapters.outbound.payload import rows_by_person
from gateway.domain.calendar import YearMonth
from gateway.domain.failure import SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.payment import PaymentFinding, PaymentState, PremiumPayment

_IDENTIFIER = re.compile(r"[0-9]{12}")
_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def payments_by_payer(
    rows: Collection[msgspec.Raw], asked: Collection[NationalId]
) -> Mapping[NationalId, tuple[PremiumPayment, ...] | SourceIncoherent]:
    """Each payer's payments, newest first; payers without any are absent, rows of others are dropped.

    A receipt that makes no sense costs its own payer; one that names no payer raises SourceIncoherent for all.
    """
    receipts = rows_by_person(BANK, rows, asked, ReceiptOnTheWire, _payer)
    return {payer: _payments(payer, mine) for payer, mine in receipts.items()}


def payment_from(receipt: ReceiptOnTheWire, payer: NationalId) -> PremiumPayment:
    """One receipt row. Raises ValueError, which repeats nothing of it."""
    if not _IDENTIFIER.fullmatch(receipt.payment_identifier):
        raise ValueError("a payment identifier has twelve digits")
    amount = amount_of(receipt.amount)
    due = None if receipt.due_amount is None else amount_of(receipt.due_amount)
    return PremiumPayment(
        identifier=receipt.payment_identifier,
        payer=payer,
        state=state_of(receipt.state),
        amount=amount,
        due=due,
        kind=_kind(receipt.premium_kind),
        period=_period(receipt.period),
        paid_at=paid_at(receipt.paid_date, receipt.paid_time),
        confirmed_at=instant(receipt.confirmed_at),
        rrn=filled(receipt.rrn),
        trace_number=filled(receipt.trace_no),
        findings=(PaymentFinding.AMOUNT_DIFFERS,) if due is not None and due != amount else (),
    )


def _payer(row: msgspec.Raw) -> object:
    return msgspec.json.decode(row, type=PayerOfReceipt).payer


def _payments(
    payer: NationalId, receipts: list[ReceiptOnTheWire] | SourceIncoherent
) -> tuple[PremiumPayment, ...] | SourceIncoherent:
    if isinstance(receipts, SourceIncoherent):
        return receipts
    rows: dict[str, list[PremiumPayment]] = {}
    try:
        for receipt in receipts:
            payment = payment_from(receipt, payer)
            rows.setdefault(payment.identifier, []).append(payment)
    except ValueError as error:
        return SourceIncoherent(BANK, f"a receipt that makes no sense: {error}")
    return _newest_first(_one_payment(same) for same in rows.values())


def _one_payment(rows: Sequence[PremiumPayment]) -> PremiumPayment:
    """One payment however often its receipt was booked: the confirmed row of them, else the first sent.

    The same rrn and trace number again is the same row met on two pages, and no finding.
    """
    payment = next((row for row in rows if row.state is PaymentState.CONFIRMED), rows[0])
    if len({(row.rrn, row.trace_number) for row in rows}) == 1:
        return payment
    return msgspec.structs.replace(payment, findings=(PaymentFinding.DUPLICATE_CONFIRMATION, *payment.findings))


def _newest_first(payments: Iterable[PremiumPayment]) -> tuple[PremiumPayment, ...]:
    return tuple(sorted(payments, key=lambda p: (p.paid_at or _NEVER, p.identifier), reverse=True))


_KINDS = {
    "VOLUNTARY": InsuranceKind.VOLUNTARY,
    "SELF_EMPLOYED": InsuranceKind.SELF_EMPLOYED,
    "STUDENT": InsuranceKind.STUDENT,
    "HOUSEWIFE": InsuranceKind.HOUSEWIFE,
}


def _kind(value: str | None) -> InsuranceKind | None:
    name = filled(value)
    if name is None:
        return None
    if name not in _KINDS:
        raise ValueError("an unknown premium kind")
    return _KINDS[name]


def _period(value: str | int | None) -> YearMonth | None:
    packed = number(value)
    return None if packed is None else YearMonth(*divmod(packed, 100))
