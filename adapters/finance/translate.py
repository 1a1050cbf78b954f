"""Turns orders into the department's, and its documents into PaymentDocuments. Knows nothing of HTTP."""

import re
from collections.abc import Collection, Mapping

from adapters.finance.wire import Answer, DocumentOnTheWire, OrderOnTheWire
from adapters.outbound.legacy import day
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.money import rial
from gateway.domain.payment_document import DocumentState, PaymentDocument, PaymentOrder

FINANCE = Source.FINANCE
STATES: Mapping[int, DocumentState] = {1: DocumentState.ISSUED, 2: DocumentState.PAID, 3: DocumentState.RETURNED}


def order_from(order: PaymentOrder) -> OrderOnTheWire:
    return OrderOnTheWire(
        reference=order.reference, payee_code=order.payee.digits, amount=order.amount, purpose=order.purpose.value
    )


def issued_from(said: Answer, order: PaymentOrder) -> PaymentDocument | None:
    """None where the payee has no account on file. Raises SourceIncoherent for another document than ours."""
    if said.result == "NO_ACCOUNT":
        return None
    row = said.document
    if row is None or row.reference != order.reference or row.amount != order.amount:
        raise SourceIncoherent(FINANCE, "not the document that was ordered")
    document = _document(row)
    if isinstance(document, SourceIncoherent):
        raise document
    return document


def documents_by_number(said: Answer, asked: Collection[str]) -> Mapping[str, PaymentDocument | SourceIncoherent]:
    """Those that were asked for; a document that makes no sense costs itself alone."""
    wanted = frozenset(asked)
    return {row.number: _document(row) for row in said.documents if row.number in wanted}


def document_from(row: DocumentOnTheWire) -> PaymentDocument:
    """Raises ValueError or KeyError for what no department can say."""
    issued = day(row.issued_on)
    if issued is None or row.amount <= 0 or not row.number.strip():
        raise ValueError("a document without number, day or amount")
    if not re.fullmatch(r"[0-9]{4}", row.account_ending):
        raise ValueError("an account is shown by its last four digits")
    return PaymentDocument(
        number=row.number,
        amount=rial(row.amount),
        state=STATES[row.state],
        account_ending=row.account_ending,
        issued_on=issued,
        settled_on=day(row.settled_on),
    )


def _document(row: DocumentOnTheWire) -> PaymentDocument | SourceIncoherent:
    try:
        return document_from(row)
    except (ValueError, KeyError):
        return SourceIncoherent(FINANCE, "a document that makes no sense")
