"""Premium payments of a person. The bank gives them all at once; the pages are cut here."""

import datetime

import msgspec
from strawberry import Info

from gateway.domain.lookup import Fact, Page
from gateway.domain.payment import PremiumPayment
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Connection, Cursors, First, connection, page_size
from gateway.resolvers.relation import own_facts_of

_NOT_PAID = datetime.datetime.min.replace(tzinfo=datetime.UTC)


class PaymentPosition(msgspec.Struct, frozen=True, order=True):
    """In the order (paid at desc, identifier desc); what is not paid comes last."""

    paid_at: datetime.datetime
    identifier: str


async def payments_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> Connection[PremiumPayment, PaymentPosition] | None:
    person = own_facts_of(root)
    size = page_size(first)
    cursors = Cursors(info.context.keyring, PaymentPosition, ("Person.payments", person.digits))
    position = cursors.read(after)
    fact = await info.context.loaders.payments_by_payer.load(person)
    if fact is None:
        return None
    ordered = sorted(fact.value, key=_position, reverse=True)
    rest = [payment for payment in ordered if position is None or _position(payment) < position]
    page = Page(items=tuple(rest[:size]), has_next=len(rest) > size)
    return connection(
        Fact(page, fact.provenance), position=_position, cursors=cursors, after=position, total_count=len(ordered)
    )


def _position(payment: PremiumPayment) -> PaymentPosition:
    return PaymentPosition(payment.paid_at or _NOT_PAID, payment.identifier)
