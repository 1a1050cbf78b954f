"""The commission as an Office, against a server that says what the test tells it to."""

import base64
import datetime
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.medical_commission import connect
from adapters.medical_commission.settings import MedicalCommissionSettings
from adapters.medical_commission.source import MedicalCommission
from gateway.domain.clock import SystemClock
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
)
from gateway.domain.identifiers import NationalId
from gateway.domain.office import Delivery, Enclosure, OfficeState
from gateway.domain.request import Act, ActKind, Appointment
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest
from gateway.requests.assessing import details_from
from twin.listener import listening

SARA, MINA = NationalId("0013542419"), NationalId("1278450939")
MOMENT = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)
FILE = {
    "reference": "r1",
    "number": " CM-7 ",
    "state": 2,
    "board": 1,
    "changedAt": int(MOMENT.timestamp() * 1000),
    "needs": None,
    "note": "  ",
    "session": None,
}
DELIVERY = Delivery(
    service="MEDICAL_COMMISSION",
    reference="r1",
    tracking_code="123",
    details=details_from(
        CommissionRequest(applicant=SARA, subject=MINA, ground=CommissionGround.CHILD_UNABLE_TO_WORK, documents=("d1",))
    ),
    enclosures=(Enclosure(id="d1", media_type="application/pdf", content=b"\x00%PDF"),),
)


@dataclass
class Server:
    """What it answers next, and what it was sent."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.seen.append((request.url.path, dict(request.headers), json.loads(await request.body())))
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return Response(body, self.status, self.headers, media_type="application/json")


@pytest.fixture
def server() -> Server:
    return Server(body={"result": "OK", "file": FILE})


@pytest.fixture
async def office(server: Server) -> AsyncIterator[MedicalCommission]:
    app = Starlette(routes=[Route("/v1/{rest:path}", server.answer, methods=["POST"])])
    async with listening(app) as listener:
        said = {"url": listener.url, "username": "us", "password": "hush", "timeout": 5}
        settings = MedicalCommissionSettings.model_validate(said)
        async with connect(settings, SystemClock()) as office:
            yield office


async def test_a_referral_travels_as_the_page_says(server: Server, office: MedicalCommission) -> None:
    file = await office.deliver(DELIVERY)
    ((path, headers, said),) = server.seen
    assert path == "/v1/referrals"
    assert headers["authorization"] == "Basic " + base64.b64encode(b"us:hush").decode()
    assert said == {
        "reference": "r1",
        "trackingCode": "123",
        "insuredCode": SARA.digits,
        "subjectCode": MINA.digits,
        "ground": 3,
        "documents": [{"id": "d1", "mediaType": "application/pdf", "content": base64.b64encode(b"\x00%PDF").decode()}],
    }
    assert (file.number, file.state, file.changed_at) == ("CM-7", OfficeState.IN_REVIEW, MOMENT)
    assert (file.instance, file.needs, file.note, file.appointment) == (1, None, None, None)


@pytest.mark.parametrize(
    ("kind", "word"),
    [(ActKind.SUPPLY, "supplement"), (ActKind.WITHDRAW, "withdrawal"), (ActKind.APPEAL, "appeal")],
)
async def test_an_act_travels_under_its_own_reference(
    server: Server, office: MedicalCommission, kind: ActKind, word: str
) -> None:
    await office.forward("r1", Act(reference="r1.a", kind=kind, at=MOMENT, text="متن"), DELIVERY.enclosures)
    ((path, _, said),) = server.seen
    assert path == "/v1/referrals/acts"
    assert (said["reference"], said["actReference"], said["kind"], said["text"]) == ("r1", "r1.a", word, "متن")
    assert len(said["documents"]) == 1


async def test_a_session_becomes_an_appointment(server: Server, office: MedicalCommission) -> None:
    session = {"at": int(MOMENT.timestamp() * 1000), "place": "تهران"}
    server.body["file"] = FILE | {"state": 4, "session": session}
    file = await office.file("r1")
    assert file
    assert (file.state, file.appointment) == (OfficeState.SCHEDULED, Appointment(at=MOMENT, place="تهران"))


async def test_a_reference_that_it_does_not_know_is_no_failure(server: Server, office: MedicalCommission) -> None:
    server.body = {"result": "NOT_FOUND"}
    assert await office.file("r1") is None
    with pytest.raises(SourceIncoherent):
        await office.deliver(DELIVERY)


@pytest.mark.parametrize(
    ("status", "headers", "failure"),
    [
        (500, {}, SourceUnavailable),
        (503, {"retry-after": "30"}, SourceClosed),
        (429, {"retry-after": "30"}, SourceQuota),
        (401, {}, SourceRefusedUs),
    ],
)
async def test_a_status_is_a_failure_of_its_kind(
    server: Server, office: MedicalCommission, status: int, headers: dict[str, str], failure: type[Exception]
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(failure) as raised:
        await office.file("r1")
    assert raised.value.source is Source.MEDICAL_COMMISSION  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"result": "OK"}',
        {"result": "LOCKED"},
        {"result": "OK", "file": FILE | {"reference": "another"}},
        {"result": "OK", "file": FILE | {"state": 99}},
        {"result": "OK", "file": FILE | {"board": 3}},
        {"result": "OK", "file": FILE | {"number": " "}},
        {"result": "OK", "file": FILE | {"state": "many"}},
        {"result": "OK", "file": FILE | {"changedAt": 10**18}},
    ],
)
async def test_what_makes_no_sense_is_not_believed(server: Server, office: MedicalCommission, body: Any) -> None:
    server.body = body
    with pytest.raises(SourceIncoherent):
        await office.file("r1")


async def test_busy_is_worth_another_try(server: Server, office: MedicalCommission) -> None:
    server.body = {"result": "BUSY"}
    with pytest.raises(SourceUnavailable) as raised:
        await office.file("r1")
    assert raised.value.retryable


async def test_nothing_that_travels_is_printed(server: Server, office: MedicalCommission) -> None:
    from adapters.medical_commission.translate import referral_from
    from adapters.outbound.case_files.translate import act_from

    act = act_from("r1", Act(reference="r1.a", kind=ActKind.SUPPLY, at=MOMENT, text="متن"), DELIVERY.enclosures)
    for printed in (repr(referral_from(DELIVERY)), repr(act), repr(DELIVERY.enclosures[0])):
        assert SARA.digits not in printed
        assert "متن" not in printed
        assert "%PDF" not in printed
