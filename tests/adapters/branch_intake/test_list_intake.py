"""The branches' intake as a ListIntake, against a server that says what the test tells it to."""

import base64
import datetime
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.branch_intake import connect
from adapters.branch_intake.settings import BranchIntakeSettings
from adapters.branch_intake.source import BranchIntake
from adapters.branch_intake.translate import handing_from
from gateway.domain.clock import SystemClock
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
)
from gateway.domain.identifiers import BranchCode, WorkshopKey
from gateway.domain.premium_list import IntakeAnswer, PremiumList
from tests.requests.premium_list.pairs import good_pair
from twin.listener import listening

MOMENT = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)
RECORDED = {"result": "RECORDED", "reference": "r1", "number": " 0070-7 ", "recordedAt": int(MOMENT.timestamp() * 1000)}


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
    return Server(body=RECORDED)


@pytest.fixture
async def intake(server: Server) -> AsyncIterator[BranchIntake]:
    app = Starlette(routes=[Route("/{rest:path}", server.answer, methods=["POST"])])
    async with listening(app) as listener:
        said = {"branches": {"0070": listener.url + "/west"}, "username": "us", "password": "hush", "timeout": 5}
        async with connect(BranchIntakeSettings.model_validate(said), SystemClock()) as intake:
            yield intake


def premium_list(branch: str = "0070") -> PremiumList:
    found = good_pair().check().premium_list
    assert found is not None
    return msgspec.structs.replace(found, workshop=WorkshopKey(found.workshop.code, BranchCode(branch)))


async def test_a_list_travels_as_the_page_says(server: Server, intake: BranchIntake) -> None:
    receipt = await intake.deliver("r1", "123456789012", premium_list())
    ((path, headers, said),) = server.seen
    assert path == "/west/v1/lists"
    assert headers["authorization"] == "Basic " + base64.b64encode(b"us:hush").decode()
    assert set(said) == {"reference", "trackingCode", "list"}
    head, (first, second) = said["list"], said["list"]["workers"]
    assert (head["workshopCode"], head["year"], head["month"], head["listNo"]) == ("0070012345", 1402, 12, "01")
    assert (head["employerName"], head["rate"], head["contractRow"]) == ("کاوه آهنگر", 30, "")
    assert head["sums"]["insurable"] == first["sums"]["insurable"] + second["sums"]["insurable"]
    assert (first["nationalCode"], first["insuranceNo"], first["firstName"]) == ("0013542419", "00123456", "سارا")
    assert (first["birthDate"], first["issueDate"], first["sex"]) == ("13650412", "", "زن")
    assert first["sums"] == {
        **{"days": 29, "daily": 3_000_000, "monthly": 87_000_000, "benefits": 1_000_000},
        **{"insurable": 88_000_000, "gross": 88_000_000, "insuredShare": 6_160_000},
    }
    assert (receipt.answer, receipt.number, receipt.at) == (IntakeAnswer.RECORDED, "0070-7", MOMENT)


@pytest.mark.parametrize("answer", [IntakeAnswer.UNKNOWN_WORKSHOP, IntakeAnswer.ALREADY_LISTED])
async def test_a_refusal_is_an_answer(server: Server, intake: BranchIntake, answer: IntakeAnswer) -> None:
    server.body = {"result": answer.value, "reference": "r1"}
    receipt = await intake.deliver("r1", "1", premium_list())
    assert (receipt.answer, receipt.number, receipt.at) == (answer, None, None)


async def test_a_branch_without_an_address_is_not_asked(server: Server, intake: BranchIntake) -> None:
    assert intake.takes(BranchCode("0070"))
    assert not intake.takes(BranchCode("0960"))
    with pytest.raises(SourceUnavailable):
        await intake.deliver("r1", "1", premium_list("0960"))
    assert server.seen == []


@pytest.mark.parametrize(
    ("status", "headers", "failure"),
    [
        (500, {}, SourceUnavailable),
        (503, {"retry-after": "30"}, SourceClosed),
        (429, {"retry-after": "30"}, SourceQuota),
        (401, {}, SourceRefusedUs),
        (400, {}, SourceRefusedUs),
    ],
)
async def test_a_status_is_a_failure_of_its_kind(
    server: Server, intake: BranchIntake, status: int, headers: dict[str, str], failure: type[Exception]
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(failure) as raised:
        await intake.deliver("r1", "1", premium_list())
    assert raised.value.source is Source.BRANCH_INTAKE  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        {"result": "LOCKED", "reference": "r1"},
        {"result": "RECORDED", "reference": "r1"},
        RECORDED | {"reference": "another"},
        {"result": "ALREADY_LISTED", "reference": "another"},
        RECORDED | {"number": " "},
        RECORDED | {"number": "9" * 41},
        RECORDED | {"number": []},
        RECORDED | {"recordedAt": 10**18},
    ],
)
async def test_what_makes_no_sense_is_not_believed(server: Server, intake: BranchIntake, body: Any) -> None:
    server.body = body
    with pytest.raises(SourceIncoherent):
        await intake.deliver("r1", "1", premium_list())


async def test_busy_is_worth_another_try(server: Server, intake: BranchIntake) -> None:
    server.body = {"result": "BUSY"}
    with pytest.raises(SourceUnavailable) as raised:
        await intake.deliver("r1", "1", premium_list())
    assert raised.value.retryable


@pytest.mark.parametrize("branches", [{"70": "http://127.0.0.1:1"}, {"0070": "ftp://127.0.0.1"}])
def test_settings_say_what_is_wrong_with_an_address(branches: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        BranchIntakeSettings.model_validate({"branches": branches, "username": "u", "password": "p"})


def test_nothing_that_travels_is_printed() -> None:
    handing = handing_from("r1", "1", premium_list())
    for printed in (repr(handing), repr(handing.premium_list), repr(handing.premium_list.workers[0])):
        assert "0013542419" not in printed
        assert "سارا" not in printed
