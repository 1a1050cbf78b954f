"""Which order may be acknowledged."""

from typing import Any

from gateway.domain.calendar import Day
from gateway.domain.debt import ClaimOrder, ClaimOrderKind
from gateway.domain.money import rial
from gateway.requests.reading import UNREAD
from gateway.requests.services.claim_order_acknowledgement import OrderFacts, figures, reasons
from tests.resolvers.conftest import BRANCH
from tests.services.employers import AGREED, rules_of, values_of


def order(number: str, served: Day | None) -> ClaimOrder:
    return ClaimOrder(
        number=number, kind=ClaimOrderKind.DEBT_NOTICE, branch=BRANCH, served=served, amount=rial(90_000_000)
    )


SERVED, WAITING = order("1", Day(1405, 9, 4)), order("2", None)


def facts(orders: Any = (SERVED, WAITING), **said: Any) -> OrderFacts:
    return OrderFacts(**{"agreement": AGREED, "orders": orders} | said)


def test_an_order_is_served_once() -> None:
    assert rules_of(reasons(facts(order_number="2"))) == []
    assert rules_of(reasons(facts(order_number="1"))) == ["order.is-not-served-yet"]
    assert rules_of(reasons(facts(order_number="3"))) == ["order.is-the-workshops"]


def test_it_needs_the_agreement_to_electronic_notice() -> None:
    assert rules_of(reasons(facts(agreement=None, order_number="2"))) == ["workshop.agreed-to-electronic-notice"]


def test_eligibility_tells_which_orders_wait() -> None:
    assert rules_of(reasons(facts())) == []
    assert values_of(figures(facts())) == {"unservedOrders": "2"}
    assert rules_of(reasons(facts((SERVED,)))) == ["order.one-waits"]
    assert rules_of(reasons(facts(()))) == ["order.one-waits"]


def test_what_was_not_read_breaks_no_rule() -> None:
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD))) == []
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD, order_number="2"))) == []
    assert values_of(figures(facts(UNREAD))) == {}
