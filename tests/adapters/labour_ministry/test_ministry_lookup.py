import asyncio
import base64
import json
import urllib.parse

import pytest

from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.unemployment import UnemploymentCase
from tests.adapters.labour_ministry.conftest import PARISA, REZA, SARA, Talk, case, envelope, talking
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

SARA_ID, PARISA_ID, REZA_ID = NationalId(SARA), NationalId(PARISA), NationalId(REZA)


class TestUnemploymentCasesByPerson(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, talk: Talk) -> Subject[NationalId, UnemploymentCase]:
        await talk.labour.unemployment_cases_by_person([REZA_ID])  # the token is fetched, and no part of the count
        return Subject(
            lookup=talk.labour.unemployment_cases_by_person,
            known=[SARA_ID, PARISA_ID],
            unknown=[REZA_ID],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def ask_for_sara(talk: Talk) -> Fact[UnemploymentCase] | SourceFailure:
    return (await talk.labour.unemployment_cases_by_person([SARA_ID]))[SARA_ID]


async def test_the_token_is_asked_for_by_form_and_basic(talk: Talk) -> None:
    assert isinstance(await ask_for_sara(talk), Fact)
    token = talk.server.seen[0]
    assert urllib.parse.parse_qs(token.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["unemployment.read"],
    }
    # RFC 6749 section 2.3.1
    assert base64.b64decode(token.headers["authorization"].removeprefix("Basic ")) == b"ta+min:of%3Atests"
    assert talk.asked()[0].headers["authorization"] == "Bearer t1"


async def test_fifty_concurrent_questions_fetch_one_token(talk: Talk) -> None:
    assert all(isinstance(said, Fact) for said in await asyncio.gather(*(ask_for_sara(talk) for _ in range(50))))
    assert talk.ministry.tokens == 1


async def test_the_token_is_renewed_before_it_ends(talk: Talk) -> None:
    await ask_for_sara(talk)
    talk.clock.goes_on(280)
    await ask_for_sara(talk)
    await asyncio.sleep(0.02)
    assert isinstance(await ask_for_sara(talk), Fact)
    assert talk.ministry.tokens == 2


async def test_a_token_that_ended_early_costs_one_more_and_the_question_once_more(talk: Talk) -> None:
    await ask_for_sara(talk)
    talk.ministry.tokens += 1  # t1 is no longer honoured
    assert all(isinstance(said, Fact) for said in await asyncio.gather(*(ask_for_sara(talk) for _ in range(20))))
    assert talk.ministry.tokens == 3


async def test_a_ministry_that_refuses_every_token_is_asked_just_twice(talk: Talk) -> None:
    await ask_for_sara(talk)
    desk = talk.server.answer

    async def never_content(seen):  # type: ignore[no-untyped-def]
        if seen.target == "/oauth2/token":
            return await desk(seen)
        talk.ministry.tokens += 1
        return await desk(seen)

    talk.server.override = never_content
    before = len(talk.asked())
    assert type(await ask_for_sara(talk)) is SourceRefusedUs
    assert len(talk.asked()) == before + 2


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (401, {"error": "invalid_client"}, SourceRefusedUs),
        (500, {}, SourceUnavailable),
        (200, {"access_token": "t"}, SourceIncoherent),
        (200, {"access_token": "", "token_type": "Bearer", "expires_in": 300}, SourceIncoherent),
        (200, {"access_token": "a\r\nb", "token_type": "Bearer", "expires_in": 300}, SourceIncoherent),
        (200, {"access_token": "t", "token_type": "mac", "expires_in": 300}, SourceIncoherent),
        (200, {"access_token": "t", "token_type": "Bearer", "expires_in": 0}, SourceIncoherent),
    ],
)
async def test_without_a_token_nothing_is_asked(status: int, body: object, failure: type[SourceFailure]) -> None:
    async with talking(case()) as talk:
        talk.server.says(json.dumps(body), status=status)
        assert type(await ask_for_sara(talk)) is failure
        assert talk.asked() == []
        talk.server.override = None
        assert isinstance(await ask_for_sara(talk), Fact)


async def test_a_silent_ministry_stops_neither_the_start_nor_the_end() -> None:
    async with talking(timeout=0.1) as talk:
        talk.server.is_silent()
        assert type(await ask_for_sara(talk)) is SourceTimeout


async def test_all_pages_are_followed_and_a_person_on_two_of_them_is_one_case() -> None:
    cases = [case(trackingCode=f"UB-{number:02}", paidMonths=1) for number in range(25)]
    async with talking(*cases, page_size=10) as talk:
        said = await ask_for_sara(talk)
    assert isinstance(said, Fact)
    assert said.value.drawn_months == 25
    assert sorted(json.loads(seen.body)["page"] for seen in talk.asked()) == [1, 2, 3]


async def test_a_hundred_persons_go_in_a_call(talk: Talk) -> None:
    def person(serial: int) -> NationalId:
        for check in range(10):
            try:
                return NationalId(f"{serial:09}{check}")
            except ValueError:
                continue
        raise AssertionError

    await talk.labour.unemployment_cases_by_person([person(serial) for serial in range(1, 202)])
    assert len(talk.asked()) == 3


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (403, {}, SourceRefusedUs),
        (401, {}, SourceRefusedUs),
        (429, {}, SourceQuota),
        (503, {}, SourceClosed),
        (500, {}, SourceUnavailable),
        (200, {"family": "FAILED", "problems": [{"key": "sso.to.sa.connection.exception"}]}, SourceUnavailable),
        (200, {"family": "FAILED", "problems": [{"key": f"upstream {SARA}"}]}, SourceIncoherent),
        (200, {"family": "FAILED"}, SourceIncoherent),
        (200, {"family": "SUCCESSFUL"}, SourceIncoherent),
        (200, envelope(10**9, []), SourceIncoherent),
        (200, envelope(2, [case()]), SourceIncoherent),
        (200, "<html>upstream</html>", SourceIncoherent),
    ],
)
async def test_bad_answers_are_clear_failures_without_a_trace(
    talk: Talk, status: int, body: object, failure: type[SourceFailure]
) -> None:
    await ask_for_sara(talk)
    talk.server.says(json.dumps(body), status=status, headers={"retry-after": "7"} if status in {429, 503} else {})
    said = await ask_for_sara(talk)
    assert isinstance(said, SourceFailure)
    assert type(said) is failure
    assert said.source is Source.LABOUR_MINISTRY
    assert said.retry_after == (7 if status in {429, 503} else None)
    assert SARA not in str(said)
    assert "upstream" not in str(said)
