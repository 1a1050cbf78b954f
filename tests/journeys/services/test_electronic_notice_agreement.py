"""Kaveh agrees to electronic notice, and what it opens knows it."""

from collections.abc import Iterator

import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, served
from tests.journeys.services.workshops import Employer

ACCEPT = "acceptElectronicNoticeAgreement"
SERVICE = "ELECTRONIC_NOTICE_AGREEMENT"
AGREED = "query($code: WorkshopCode!, $branch: BranchCode!) { workshop(code: $code, branch: $branch) { %s } }"


@pytest.fixture
def untouched(twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    """A gateway of its own, where nobody has agreed to anything yet."""
    with served(twin.descriptor, tmp_path_factory.mktemp("gateway") / "log") as gateway:
        yield gateway


def test_an_agreement_opens_the_services_that_need_it(untouched: GatewayInTest, twin: TwinInTest) -> None:
    kaveh = Employer(untouched, twin)
    field = AGREED % "electronicNoticeAgreement { agreedAt }"
    workshop = {"code": kaveh.code, "branch": kaveh.branch}
    assert untouched.data(field, workshop, whom=kaveh.whom)["workshop"]["electronicNoticeAgreement"] is None
    assert kaveh.eligibility(SERVICE)["eligible"] is True

    assert kaveh.refused(ACCEPT, accepted=False, mobile="09120000000", email="none") == [
        "agreement.is-accepted",
        "agreement.email-is-an-address",
    ]
    said = {"accepted": True, "mobile": "+989120000000", "email": "office@kaveh.example"}
    with twin.fault("branch_databases.0070", "refused"):
        pending = kaveh.accepted(ACCEPT, key="k", **said)
        assert (pending["state"], pending["assessment"]) == ("ACCEPTED", "PENDING")
    again = kaveh.accepted(ACCEPT, key="k", **said)
    assert (again["id"], again["trackingCode"]) == (pending["id"], pending["trackingCode"])
    assert kaveh.ask(ACCEPT, key="k", accepted=True, mobile="09121111111")["__typename"] == "IdempotencyKeyReused"

    done = kaveh.decided(pending)
    assert (done["state"], done["assessment"]) == ("APPROVED", "PASSED")
    assert [(one["name"], one["value"]) for one in done["results"]] == [("agreementNumber", "0070-0070012345")]
    assert [one["value"] for one in done["details"]] == [
        "0070012345@0070",
        "true",
        "09120000000",
        "office@kaveh.example",
    ]
    assert untouched.data(field, workshop, whom=kaveh.whom)["workshop"]["electronicNoticeAgreement"]["agreedAt"]
    assert kaveh.refused(ACCEPT, **said) == ["agreement.is-new"]


def test_nobody_agrees_for_a_workshop_that_is_not_theirs(kaveh: Employer) -> None:
    """A workshop of somebody else is refused as one that is not there."""
    for code in ("0070000001", "0070999999"):
        answer = kaveh.answer(ACCEPT, accepted=True, mobile="09120000000", workshop=code)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
