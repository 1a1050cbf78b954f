"""Kaveh, as an owner, asks for the certificate that a building's premium was paid."""

from tests.journeys.processes import GatewayInTest, TwinInTest
from tests.journeys.services.workshops import Owner
from twin.named import NAMED
from twin.world import World

CERTIFICATE = "requestBuildingPremiumCertificate"


def test_a_premium_that_was_paid_is_certified(gateway: GatewayInTest, twin: TwinInTest, world: World) -> None:
    kaveh = Owner(gateway, twin, "citizen:kaveh")
    assert kaveh.eligibility("BUILDING_PREMIUM_CERTIFICATE")["eligible"] is True
    own = [debt for debt in world.debts if debt.debtor == NAMED["kaveh"].code and debt.branch == "0070"]
    paid, unpaid = (next(debt for debt in own if bool(debt.remain) is owes) for owes in (False, True))
    said = {"branch": "0070", "fileNumber": "1404/3/17", "debtNumber": paid.number}
    assert kaveh.refused(CERTIFICATE, **(said | {"debtNumber": unpaid.number})) == ["building.premium-is-paid"]

    with twin.fault("branch_databases.0070", "refused"):
        request = kaveh.accepted(CERTIFICATE, key="building", **said)
        assert (request["state"], request["assessment"]) == ("ACCEPTED", "PENDING")
    assert kaveh.ask(CERTIFICATE, key="building", **said)["id"] == request["id"]
    done = kaveh.decided(request)
    assert (done["state"], done["assessment"]) == ("APPROVED", "PASSED")
    assert [(one["name"], one["value"]) for one in done["results"]] == [("buildingCertificateNumber", "0070/1404/3/17")]
