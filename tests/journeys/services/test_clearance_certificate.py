"""Kaveh asks for the clearance certificate of a contract."""

from tests.journeys.processes import TwinInTest
from tests.journeys.services.workshops import Employer

CLEARANCE = "requestClearanceCertificate"
SAID = {
    "party": "CONTRACTOR",
    "contractNumber": "12/404",
    "contractRow": "001",
    "since": "1404-01-15",
    "until": "1405-06-31",
    "letterNumber": "1405/77",
    "letterDate": "1405-07-02",
    "amount": "5000000000",
}


def test_a_contract_is_cleared(kaveh: Employer, twin: TwinInTest) -> None:
    assert kaveh.eligibility("CLEARANCE_CERTIFICATE")["eligible"] is True
    wrong = SAID | {"contractRow": "1", "until": "1404-01-14", "amount": "0"}
    assert kaveh.refused(CLEARANCE, **wrong) == [
        "contract.row-has-three-digits",
        "contract.is-worth-something",
        "clearance.work-ends-after-it-began",
    ]
    with twin.fault("branch_counter", "refused"):
        request = kaveh.accepted(CLEARANCE, key="clearance", **SAID)
        assert kaveh.comes_to(request, "QUEUED")["assessment"] == "PASSED"
    assert kaveh.ask(CLEARANCE, key="clearance", **SAID)["id"] == request["id"]
    done = kaveh.decided(request)
    assert done["state"] == "APPROVED"
    [serial] = done["results"]
    assert (serial["name"], len(serial["value"])) == ("clearanceSerial", 7)
    assert {"name": "letterDate", "value": "1405-07-02", "label": {"fa": "تاریخ نامه واگذارنده"}} in done["details"]

    none = kaveh.decided(kaveh.accepted(CLEARANCE, **(SAID | {"contractRow": "000"})))
    assert (none["state"], none["outcome"]) == ("REJECTED", "پیمانی با این ردیف برای کارگاه ثبت نشده است.")
