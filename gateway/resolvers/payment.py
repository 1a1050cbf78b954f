"""Premium payments of a person. The bank gives them all at once; the pages are cut here."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
import datetime
import functools
from collections.abc import Sequence

import msgspec
from strawberry import Info

from executor import by_column
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Page
from gateway.domain.payment import PremiumPayment
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import following, keys_of, spread
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Connection, Cursors, First, page_size
from gateway.resolvers.relation import own_facts_of

_NOT_PAID = datetime.datetime.min.replace(tzinfo=datetime.UTC)


class PaymentPosition(msgspec.Struct, frozen=True, order=True):
    """In the order (paid at desc, identifier desc); what is not paid comes last."""

    paid_at: datetime.datetime
    identifier: str


@by_column
def payments_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> asyncio.Future[list[Connection[PremiumPayment, PaymentPosition] | Exception | None]]:
    size = page_size(first)

    def asked(root: PersonKey) -> tuple[NationalId, Cursors[PaymentPosition], PaymentPosition | None]:
        person = own_facts_of(root)
        cursors = Cursors(info.context.keyring, PaymentPosition, ("Person.payments", person.digits))
        return person, cursors, cursors.read(after)

    def page(
        fact: Fact[tuple[PremiumPayment, ...]] | Exception | None,
        cursors: Cursors[PaymentPosition],
        begin: PaymentPosition | None,
    ) -> Connection[PremiumPayment, PaymentPosition] | Exception | None:
        if fact is None or isinstance(fact, Exception):
            return fact
        ordered = functools.cache(lambda: sorted(fact.value, key=_position, reverse=True))

        def cut() -> Page[PremiumPayment]:
            rest = [payment for payment in ordered() if begin is None or _position(payment) < begin]
            return Page(items=tuple(rest[:size]), has_next=len(rest) > size)

        return Connection(
            functools.cache(cut),
            fact.provenance,
            position=_position,
            cursors=cursors,
            after=begin,
            total=lambda: len(ordered()),
            faces=fact.faces.of(f"{size} {begin}") if fact.faces is not None else None,
        )

    asking, refused = keys_of(roots, asked)

    def pages(
        facts: Sequence[Fact[tuple[PremiumPayment, ...]] | Exception | None],
    ) -> list[Connection[PremiumPayment, PaymentPosition] | Exception | None]:
        cut = [page(fact, cursors, begin) for fact, (_, cursors, begin) in zip(facts, asking, strict=True)]
        return spread(cut, refused, len(roots))

    asked_for = [person for person, _, _ in asking]
    return following(info.context.loaders.payments_by_payer.load_column(asked_for), pages)


def _position(payment: PremiumPayment) -> PaymentPosition:
    return PaymentPosition(payment.paid_at or _NOT_PAID, payment.identifier)
