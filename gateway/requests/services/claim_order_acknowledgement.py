"""Which order may be acknowledged: domain.md 1.1, electronic service of claim orders (services 2 and 3; S0, S3).

Service is legal notification, and needs the agreement to electronic notice. An order that was served sets its terms
running from that day; it is not served twice.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.access import Wording
from gateway.domain.debt import ClaimOrder
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.request import Figure, Reason
from gateway.domain.services.claim_order_acknowledgement import SERVICE, OrderAcknowledgement
from gateway.domain.workshop import NoticeAgreement
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.reason import broken
from gateway.requests.rules.workshop import BRANCHES, agreement_is_in_force, agreement_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """`order_number` is what was said; `orders` are all that the branch issued to the workshop."""

    order_number: str | None = None
    agreement: NoticeAgreement | Unread | None = UNREAD
    orders: tuple[ClaimOrder, ...] | Unread = UNREAD

    @property
    def waiting(self) -> tuple[ClaimOrder, ...]:
        return () if self.orders is UNREAD else tuple(order for order in self.orders if order.served is None)


def reasons(facts: OrderFacts) -> Iterable[Reason | None]:
    return agreement_is_in_force(facts.agreement), _order(facts)


def figures(facts: OrderFacts) -> Iterable[Figure]:
    if facts.orders is not UNREAD:
        yield Figure(
            name="unservedOrders",
            value=", ".join(order.number for order in facts.waiting),
            words=Wording(fa="احکام ابلاغ‌نشده", en="Orders not served yet"),
        )


def _order(facts: OrderFacts) -> Reason | None:
    if facts.orders is UNREAD:
        return None
    if facts.order_number is None:
        return None if facts.waiting else _nothing_waits(len(facts.orders))
    order = next((one for one in facts.orders if one.number == facts.order_number), None)
    if order is None:
        return broken(
            "order.is-the-workshops",
            found="no such order",
            needed="an order to this workshop",
            source=BRANCHES,
            fa="شعبه حکمی با این شماره برای این کارگاه صادر نکرده است.",
            en="The branch issued no order of this number to the workshop.",
        )
    if order.served is None:
        return None
    return broken(
        "order.is-not-served-yet",
        found=order.served.jalali,
        needed="not served yet",
        source=BRANCHES,
        fa="این حکم پیش‌تر ابلاغ شده است.",
        en="This order was served already.",
    )


def _nothing_waits(count: int) -> Reason:
    return broken(
        "order.one-waits",
        found=f"0 of {count}",
        needed="an order that is not served yet",
        source=BRANCHES,
        fa="حکم ابلاغ‌نشده‌ای برای این کارگاه نیست.",
        en="No order waits to be served on the workshop.",
    )


async def read(reader: Reader, request: OrderAcknowledgement) -> OrderFacts:
    agreement, orders = await asyncio.gather(
        agreement_of(reader, request.workshop), _orders_of(reader, request.workshop)
    )
    return OrderFacts(order_number=request.order_number, agreement=agreement, orders=orders)


async def _orders_of(reader: Reader, workshop: WorkshopKey) -> tuple[ClaimOrder, ...] | Unread:
    orders = await reader.value(reader.loaders.claim_orders_by_workshop.load(workshop), BRANCHES)
    return () if orders is None else orders


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
