"""Payments that were started here: opened, confirmed, found again, and what they have opened.

A ticket is seen by its payer and whoever represents them.
"""

import datetime
from collections.abc import Awaitable, Sequence
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec
import strawberry
from strawberry import ID, Info

from gateway.domain.access import Wording
from gateway.domain.calendar import YearMonth
from gateway.domain.debt import Debt, DebtKey
from gateway.domain.failure import Code, Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.insurance import InsuranceKind
from gateway.domain.lookup import Provenance
from gateway.domain.money import Rial
from gateway.domain.payment import PaymentState
from gateway.domain.payment_ticket import PaymentTicket
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.requests.database import StoreUnavailable
from gateway.requests.payments.desk import Answer, Confirmation, PaymentDesk
from gateway.requests.payments.tickets import Treatment
from gateway.requests.payments.wording import STATES
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, First, KeptPage, kept_page, page_size
from gateway.resolvers.relation import forbidden, known, may_see_workshop, own_facts_of
from gateway.resolvers.request import Busy
from gateway.resolvers.sealing import seal_for

T = TypeVar("T")
KIND = b"PaymentTicket"
LONGEST_NUMBER = 40


class TicketPosition(msgspec.Struct, frozen=True, order=True):
    """In the order (opened at desc, id desc)."""

    opened_at: datetime.datetime
    id: str


async def start_premium_payment(
    info: Info[RequestContext, None], payer: NationalId | None, period: YearMonth, kind: InsuranceKind | None, key: str
) -> Answer | Busy:
    desk, who = info.context.desk(PaymentDesk), _payer(info.context, payer)
    return await _unless_busy(desk, desk.start_premium(info.context.loaders, who, period, kind, key))


async def start_part_month_payment(
    info: Info[RequestContext, None], payer: NationalId | None, year: int, half: int, key: str
) -> Answer | Busy:
    desk, who = info.context.desk(PaymentDesk), _payer(info.context, payer)
    if not 1300 <= year <= 1500:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'input.year' must be a Jalali year.")
    return await _unless_busy(desk, desk.start_part_month(info.context.loaders, who, year, half, key))


async def start_debt_payment(
    info: Info[RequestContext, None],
    payer: NationalId | None,
    number: str,
    branch: BranchCode,
    workshop: WorkshopCode | None,
    amount: Rial | None,
    key: str,
) -> Answer | Busy:
    context = info.context
    desk, who = context.desk(PaymentDesk), _payer(context, payer)
    if not 1 <= len(number) <= LONGEST_NUMBER:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'input.number' has 1 to {LONGEST_NUMBER} characters.")
    place = WorkshopKey(workshop, branch) if workshop is not None else None
    if place is not None and not may_see_workshop(context, place):
        raise forbidden()
    debt = DebtKey(number, branch)
    return await _unless_busy(desk, desk.start_debt(context.loaders, who, debt, place, amount, key))


async def confirm_premium_payment(
    info: Info[RequestContext, None], payer: NationalId | None, payment: str, key: str
) -> Confirmation | Busy:
    context = info.context
    desk, who = context.desk(PaymentDesk), _payer(context, payer)
    reference = payment if _is_identifier(payment) else _ticket_id(context, payment, "input.payment")
    return await _unless_busy(desk, desk.confirm(context.loaders, who, reference, key))


async def ticket_by_id(
    info: Info[RequestContext, None],
    id: Annotated[ID, strawberry.argument(description="The ticket's `id`.")],  # noqa: A002 - the name that clients know
) -> PaymentTicket:
    known(info.context)
    return await ticket_of(info.context, id)


async def ticket_of(context: RequestContext, id_: str) -> PaymentTicket:
    """For a caller who may see it. Raises Refused: of somebody else's as of one that is not there."""
    key = _ticket_id(context, id_, "id")
    ticket = await _read(context.desk(PaymentDesk).by_id(key))
    if ticket is None or not context.policy.covers(known(context), ticket.payer):
        raise forbidden()
    return ticket


async def tickets_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> KeptPage[PaymentTicket, TicketPosition]:
    person = own_facts_of(root)
    cursors = Cursors(info.context.keyring, TicketPosition, ("Person.paymentTickets", person.digits))
    position, size = cursors.read(after), page_size(first)
    before = (position.opened_at, position.id) if position else None
    found = await _read(info.context.desk(PaymentDesk).of_payer(person, size, before))
    return kept_page(found[:size], _position, cursors, after=position, has_next=len(found) > size)


async def treatments_of(root: PersonKey, info: Info[RequestContext, None]) -> Sequence[Treatment]:
    return await _read(info.context.desk(PaymentDesk).treatments_of(own_facts_of(root)))


def treatment_provenance(root: Treatment) -> Provenance:
    """The bank said so, when it confirmed."""
    return Provenance(source=Source.BANK_REFAH, fetched_at=root.opened_at)


async def paid_here_of(root: Debt, info: Info[RequestContext, None]) -> Rial:
    fact = await info.context.loaders.paid_here_by_debt.load(DebtKey(root.number, root.branch))
    return fact.value if fact else Rial(0)


def ticket_id(root: PaymentTicket, info: Info[RequestContext, None]) -> ID:
    return ID(seal_for(info.context.keyring, "node").seal(KIND + b":" + root.id.encode(), [b"node"]))


def text_of(root: PaymentTicket) -> Wording:
    return STATES[root.state]


def page_of(root: PaymentTicket, info: Info[RequestContext, None]) -> str | None:
    """Where to pay, while that is to be done. No name of a person stands in it."""
    page = info.context.desk(PaymentDesk).page
    if page is None or root.bill is None or root.state is not PaymentState.CREATED:
        return None
    asked = {
        "billIdentifier": root.bill.digits,
        "paymentIdentifier": root.identifier.digits,
        "amount": str(root.amount),
    }
    return f"{page}?{urlencode(asked)}"


def _position(ticket: PaymentTicket) -> TicketPosition:
    return TicketPosition(ticket.opened_at, ticket.id)


def _payer(context: RequestContext, named: NationalId | None) -> NationalId:
    """Whose payment it is. Raises Refused."""
    rights = known(context)
    person = named or rights.caller.subject
    if person is None:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'input.nationalId' is needed: this caller is no person.")
    if not context.policy.covers(rights, person):
        raise forbidden()
    return person


def _is_identifier(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit()


def _ticket_id(context: RequestContext, id_: str, argument: str) -> str:
    try:
        kind, _, key = seal_for(context.keyring, "node").open(id_, [b"node"]).partition(b":")
    except ValueError:
        kind, key = b"", b""
    if kind != KIND:
        raise Refused(Code.BAD_USER_INPUT, f"Argument '{argument}' is not the id of a payment ticket.")
    return key.decode()


async def _read(asked: Awaitable[T]) -> T:
    """Raises SourceUnavailable where our own store fails: to the client it is a part of the answer that is missing."""
    try:
        return await asked
    except StoreUnavailable:
        raise SourceUnavailable(Source.BANK_REFAH, "the store of payments does not answer") from None


async def _unless_busy(desk: PaymentDesk, asked: Awaitable[T]) -> T | Busy:
    """Nothing was opened, or it is not known whether it was: the same key tells."""
    try:
        return await asked
    except StoreUnavailable:
        return Busy(desk.busy_retry_seconds)
    except SourceFailure as failure:
        if not failure.retryable:
            raise
        return Busy(failure.retry_after or desk.busy_retry_seconds)
