"""Kaveh objects to a debt, is given a hearing, and hears what the board found."""

from tests.journeys.processes import TwinInTest
from tests.journeys.services.workshops import Employer
from twin.world import World

FILE = "fileDebtObjection"


def test_an_objection_is_heard_and_decided(kaveh: Employer, twin: TwinInTest, world: World) -> None:
    debts = {debt.step: debt for debt in world.debts if debt.workshop == kaveh.code and debt.remain}
    final, warned = debts["03"], debts["02"]
    found = kaveh.eligibility("DEBT_OBJECTION")
    assert (found["eligible"], found["reasons"]) == (True, [])
    assert final.number in found["figures"][0]["value"]

    said = {"debtNumber": final.number, "objection": "FINAL_DEBT", "text": "حق بیمه این دوره پرداخت شده است."}
    late = said | {"debtNumber": warned.number, "objection": "FIRST_INSTANCE_RULING"}
    assert kaveh.refused(FILE, **late) == ["objection.within-20-days-of-ruling"]

    with twin.fault("branch_counter", "refused"):
        request = kaveh.accepted(FILE, key="objection", **said)
        assert kaveh.comes_to(request, "QUEUED")["assessment"] == "PASSED"
        assert kaveh.ask(FILE, key="objection", **said)["id"] == request["id"]
    assert kaveh.ask(FILE, **said)["request"]["id"] == request["id"]  # one objection to a debt at a time
    done = kaveh.decided(request)
    assert done["appointment"]["at"]
    assert done["appointment"]["place"]
    assert done["state"] == ("APPROVED" if final.other else "REJECTED")
    assert done["outcome"]
    assert [one["value"] for one in done["details"]] == ["0070012345@0070", final.number, "FINAL_DEBT", said["text"]]
