"""Kaveh takes service of an order."""

from tests.journeys.processes import TwinInTest
from tests.journeys.services.workshops import Employer
from twin.world import World

ACKNOWLEDGE = "acknowledgeClaimOrder"


def test_an_order_that_waits_is_served(kaveh: Employer, twin: TwinInTest, world: World) -> None:
    orders = [order for debt in world.debts if debt.workshop == kaveh.code for order in debt.orders]
    waiting = next(order for order in orders if order.served is None)
    served = next(order for order in orders if order.served is not None)
    found = kaveh.eligibility("CLAIM_ORDER_ACKNOWLEDGEMENT")
    assert found["eligible"] is True
    assert waiting.number in found["figures"][0]["value"]
    assert kaveh.refused(ACKNOWLEDGE, orderNumber=served.number) == ["order.is-not-served-yet"]
    with twin.fault("branch_counter", "cut"):
        request = kaveh.accepted(ACKNOWLEDGE, key="order", orderNumber=waiting.number)
        assert kaveh.comes_to(request, "QUEUED")["assessment"] == "PASSED"
    assert kaveh.ask(ACKNOWLEDGE, key="order", orderNumber=waiting.number)["id"] == request["id"]
    done = kaveh.decided(request)
    assert done["state"] == "APPROVED"
    assert [(one["name"], one["value"]) for one in done["results"]] == [("servedOrder", waiting.number)]
