"""Kaveh asks what instalments cost, and pays his debts in them."""

from typing import Any

from tests.journeys.processes import GatewayInTest, TwinInTest
from tests.journeys.services.workshops import Employer
from twin.world import World

PLAN = "requestInstalmentPlan"
QUOTE = """
query($code: WorkshopCode!, $branch: BranchCode!, $debts: [String!]!, $months: Int!) {
  workshop(code: $code, branch: $branch) {
    instalmentQuote(debtNumbers: $debts, months: $months) {
      principal charge total reasons { rule } instalments { number principal charge amount } ifOneIsMissed { fa }
    }
  }
}"""


def quoted(kaveh: Employer, gateway: GatewayInTest, debts: list[str], months: int) -> dict[str, Any]:
    variables = {"code": kaveh.code, "branch": kaveh.branch, "debts": debts, "months": months}
    quote: dict[str, Any] = gateway.data(QUOTE, variables, whom=kaveh.whom)["workshop"]["instalmentQuote"]
    return quote


def test_debts_are_quoted_and_paid_in_instalments(
    kaveh: Employer, gateway: GatewayInTest, twin: TwinInTest, world: World
) -> None:
    owed = {debt.step: debt for debt in world.debts if debt.workshop == kaveh.code and debt.remain}
    assert kaveh.eligibility("INSTALMENT_PLAN")["eligible"] is True
    numbers = [owed["02"].number, owed["03"].number]
    quote = quoted(kaveh, gateway, numbers, 36)
    assert quote["reasons"] == []
    assert int(quote["principal"]) == owed["02"].remain + owed["03"].remain
    assert int(quote["total"]) == sum(int(one["amount"]) for one in quote["instalments"])
    assert "یکجا" in quote["ifOneIsMissed"]["fa"]
    assert quoted(kaveh, gateway, numbers, 37)["principal"] is None

    late = {"debtNumbers": [owed["04"].number], "months": 37}
    assert kaveh.refused(PLAN, **late) == ["instalments.at-most-36-months", "instalments.before-the-execution-order"]

    said = {"debtNumbers": numbers, "months": 36}
    with twin.fault("branch_databases.0070", "refused"):
        request = kaveh.accepted(PLAN, key="plan", **said)
        assert (request["state"], request["assessment"]) == ("ACCEPTED", "PENDING")
    assert kaveh.ask(PLAN, key="plan", **said)["id"] == request["id"]
    done = kaveh.decided(request)
    assert (done["state"], done["assessment"]) == ("APPROVED", "PASSED")
    results = {one["name"]: one["value"] for one in done["results"]}
    assert results["totalWithCharge"] == quote["total"], "the branch reckons as the quote does"
    assert results["firstInstalment"] == quote["instalments"][0]["amount"]
