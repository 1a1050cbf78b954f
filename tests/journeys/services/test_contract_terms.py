"""Kaveh declares the terms of a contract."""

from tests.journeys.processes import TwinInTest
from tests.journeys.services.workshops import Employer

DECLARE = "declareContractTerms"
SAID = {
    "contractNumber": "12/404",
    "contractRow": "001",
    "contract": "CIVIL_WORKS_CONSULTING",
    "since": "1404-01-15",
    "amount": "1000000000",
    "text": "ماده ۶ قرارداد: حق بیمه بر عهده پیمانکار است.",
}


def test_terms_are_declared_and_the_premium_is_told(kaveh: Employer, twin: TwinInTest) -> None:
    assert kaveh.eligibility("CONTRACT_TERMS")["eligible"] is True
    assert kaveh.refused(DECLARE, **(SAID | {"amount": "0", "text": " "})) == [
        "contract.is-worth-something",
        "contract.terms-are-said",
    ]
    with twin.fault("branch_databases.0070", "refused"):
        request = kaveh.accepted(DECLARE, key="terms", **SAID)
        assert (request["state"], request["assessment"]) == ("ACCEPTED", "PENDING")
    assert kaveh.ask(DECLARE, key="terms", **SAID)["id"] == request["id"]
    done = kaveh.decided(request)
    assert (done["state"], done["assessment"]) == ("APPROVED", "PASSED")
    assert [(one["name"], one["value"]) for one in done["results"]] == [("contractPremium", "156000000")]
