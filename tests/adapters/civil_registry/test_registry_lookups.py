import asyncio
import base64

import pytest

from gateway.domain.citizen import Citizen
from gateway.domain.failure import (
    Source,
    SourceFailure,
    SourceIncoherent,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from tests.adapters.civil_registry.conftest import Talk, talking
from tests.adapters.civil_registry.samples import AMIR, REZA, SARA, answer, fault, record
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

SARA_ID, AMIR_ID, REZA_ID = NationalId(SARA), NationalId(AMIR), NationalId(REZA)


class TestRegistryLookups(CancellableLookupContract):
    @pytest.fixture(params=["citizens_by_national_id", "photos_by_national_id"])
    async def subject(self, talk: Talk, request: pytest.FixtureRequest) -> Subject[NationalId, Citizen]:
        return Subject(
            lookup=getattr(talk.registry, request.param),
            known=[SARA_ID, AMIR_ID],
            unknown=[REZA_ID],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def failure_of_sara(talk: Talk) -> SourceFailure:
    said = (await talk.registry.citizens_by_national_id([SARA_ID]))[SARA_ID]
    assert isinstance(said, SourceFailure)
    assert said.source is Source.CIVIL_REGISTRY
    assert SARA.lstrip("0") not in str(said)
    assert "upstream" not in str(said)
    assert said.__cause__ is None
    return said


async def test_the_question_is_soap_under_basic_with_a_code_that_lost_its_zeros(talk: Talk) -> None:
    said = await talk.registry.citizens_by_national_id([SARA_ID])
    assert isinstance(said[SARA_ID], Fact)
    (seen,) = talk.server.seen
    assert seen.target.endswith("/services/GSB_SabteAhval_Online.GSB_SabteAhval_OnlineHttpSoap11Endpoint")
    assert seen.headers["soapaction"] == '"urn:mediate"'
    assert seen.headers["content-type"] == "text/xml; charset=utf-8"
    assert base64.b64decode(seen.headers["authorization"].removeprefix("Basic ")) == b"tamin:of the tests"
    assert b"<nin>13542419</nin>" in seen.body


async def test_fifty_concurrent_questions_about_one_person_are_one_call(talk: Talk) -> None:
    answers = await asyncio.gather(*(talk.registry.citizens_by_national_id([SARA_ID]) for _ in range(50)))
    assert len(talk.server.seen) == 1
    assert all(isinstance(said[SARA_ID], Fact) for said in answers)


async def test_a_photo_and_an_identity_are_two_operations() -> None:
    async with talking() as talk:
        await asyncio.gather(
            talk.registry.citizens_by_national_id([SARA_ID]), talk.registry.photos_by_national_id([SARA_ID])
        )
    assert len(talk.server.seen) == 2


async def test_a_waiter_that_leaves_does_not_take_the_others_along(talk: Talk) -> None:
    talk.server.is_silent()
    leaving, staying = (asyncio.create_task(_ask_for_sara(talk)) for _ in range(2))
    await talk.server.was_asked.wait()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    said = (await staying)[SARA_ID]  # type: ignore[index]
    assert isinstance(said, SourceTimeout)
    assert len(talk.server.seen) == 1


async def test_one_bad_record_costs_only_its_own_person(talk: Talk) -> None:
    talk.server.says(answer(record()))
    said = await talk.registry.citizens_by_national_id([SARA_ID, AMIR_ID])
    assert isinstance(said[SARA_ID], Fact)
    assert isinstance(said[AMIR_ID], SourceIncoherent)  # it was about Sara


async def test_no_more_persons_are_asked_for_at_once_than_agreed() -> None:
    async with talking(parallelism=2) as talk:
        await asyncio.gather(*(talk.registry.citizens_by_national_id([key]) for key in (SARA_ID, AMIR_ID, REZA_ID)))
    assert talk.server.most_in_flight <= 2


async def test_a_silent_registry_is_a_time_out_for_all_in_bounded_time() -> None:
    async with talking(timeout=0.2, patience=0.3, parallelism=1) as talk:
        talk.server.is_silent()
        said = await talk.registry.citizens_by_national_id([SARA_ID, AMIR_ID, REZA_ID])
    assert [type(failure) for failure in said.values()] == [SourceTimeout] * 3


async def test_it_recovers_by_itself(talk: Talk) -> None:
    talk.server.says("", status=503)
    await failure_of_sara(talk)
    talk.server.override = None
    assert isinstance((await talk.registry.citizens_by_national_id([SARA_ID]))[SARA_ID], Fact)


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, answer(record())[:-40], SourceIncoherent),
        (200, "<html><body>upstream is down, 13542419</body></html>", SourceIncoherent),
        (200, fault("upstream 13542419"), SourceUnavailable),
        (500, fault("upstream 13542419"), SourceUnavailable),
        (500, "<html>upstream</html>", SourceUnavailable),
        (500, answer(record()), SourceUnavailable),
        (401, "upstream", SourceRefusedUs),
        (200, answer(record(), "getEstelamC"), SourceIncoherent),
        (200, answer(record(birthDate="13621301")), SourceIncoherent),
        (200, '<!DOCTYPE a [<!ENTITY b "upstream">]>' + answer(record())[38:], SourceIncoherent),
    ],
    ids=[
        "truncated XML", "HTML", "fault in 200", "fault", "HTML 500", "a record in a 500",
        "401", "answer to another question", "month 13", "entity",
    ],
)  # fmt: skip
async def test_bad_answers_are_clear_failures_without_a_trace(
    talk: Talk, status: int, body: str, failure: type[SourceFailure]
) -> None:
    talk.server.says(body, status=status)
    assert type(await failure_of_sara(talk)) is failure


async def _ask_for_sara(talk: Talk) -> object:
    return await talk.registry.citizens_by_national_id([SARA_ID])
