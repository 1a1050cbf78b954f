"""A change is on record before it is carried out, and what came of it before that leaves."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.operation.audit.event import Decision
from gateway.requests.desk import RequestDesk
from gateway.schema import build_schema
from tests.operation.audit.recorded_gateway import PSEUDONYMS, Gateway, recorded_gateway
from tests.requests.fakes import PDF, Counter, counter
from tests.resolvers.conftest import MINA, SARA, World

CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA, client="app")
ASK = """mutation Ask($key: String!, $certificate: ID!) {
  requestCommission(input: {idempotencyKey: $key, ground: ILLNESS, certificate: $certificate}) {
    __typename
    ... on ServiceRequest { id state text { en } steps { state } }
    ... on NotEligible { reasons { rule found } }
    ... on AlreadyRequested { request { state } }
  }
}"""


@pytest.fixture(scope="module")
def schema() -> Any:
    return build_schema()


@pytest.fixture
async def desk(tmp_path: Path, schema: Any) -> AsyncIterator[Counter]:
    async with counter(tmp_path, World(schema, caller=CITIZEN)) as made:
        yield made


@pytest.fixture
async def gateway(desk: Counter) -> AsyncIterator[Gateway]:
    async with recorded_gateway(desk.world, desks={RequestDesk: desk.desk}) as made:
        yield made


async def test_intent_stands_before_the_effect_and_the_outcome_after(desk: Counter, gateway: Gateway) -> None:
    answer = await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    assert answer.json()["data"]["requestCommission"]["state"] == "ACCEPTED"
    intent, outcome = gateway.kept.events
    assert (intent.decision, outcome.decision) == (Decision.INTENDED, Decision.RELEASED)
    assert intent.correlation_id == outcome.correlation_id
    assert intent.released == ()
    (release,) = outcome.released
    assert release.persons == (PSEUDONYMS.person(SARA),)
    assert {"ServiceRequest.state", "RequestStep.state", "ServiceRequest.text"} <= set(release.fields)


async def test_a_change_whose_intent_is_not_on_record_is_not_carried_out(desk: Counter, gateway: Gateway) -> None:
    gateway.kept.fails = True
    answer = await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    assert answer.status_code == 500
    assert "not on record" in answer.text or answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert await desk.desk.of_applicant(SARA, 10, None) == []


async def test_an_outcome_that_is_not_on_record_does_not_leave_and_the_key_gives_it_later(
    desk: Counter, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = gateway.kept.record

    async def fails_after_the_intent(event: Any) -> None:
        await record(event)
        gateway.kept.fails = True

    monkeypatch.setattr(gateway.kept, "record", fails_after_the_intent)
    answer = await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    assert answer.status_code == 500
    assert "data" not in answer.json()
    (request,) = await desk.desk.of_applicant(SARA, 10, None)
    assert request.tracking_code not in answer.text
    monkeypatch.undo()
    gateway.kept.fails = False
    again = await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    assert again.json()["data"]["requestCommission"]["__typename"] == "ServiceRequest"
    assert len(await desk.desk.of_applicant(SARA, 10, None)) == 1


async def test_reasons_are_facts_about_the_applicant_and_on_record(desk: Counter, gateway: Gateway) -> None:
    desk.world.facts["insurances_by_person"][SARA] = Insurance(status=InsuranceStatus.NO_LINK)
    await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    (release,) = gateway.kept.last.released
    assert release.persons == (PSEUDONYMS.person(SARA),)
    assert "EligibilityReason.found" in release.fields


async def test_fields_of_a_mutation_run_one_after_the_other_however_often_it_comes(
    desk: Counter, gateway: Gateway
) -> None:
    """The second finds what the first has recorded; from its second sight on, the operation is compiled."""
    certificate = (await desk.desk.documents.add(SARA, PDF)).id
    fields = "{ __typename ... on ServiceRequest { state } ... on AlreadyRequested { request { state } } }"
    one, two = (
        f'requestCommission(input: {{idempotencyKey: "{key}", ground: ILLNESS, certificate: "{certificate}"}}) {fields}'
        for key in ("first", "second")
    )
    for _ in range(4):
        said = (await gateway.ask(f"mutation {{ one: {one} two: {two} }}")).json()["data"]
        assert (said["one"]["__typename"], said["two"]["__typename"]) == ("ServiceRequest", "AlreadyRequested")


async def test_a_refused_change_is_refused_before_anything_is_recorded(desk: Counter, gateway: Gateway) -> None:
    gateway.caller.caller = Caller(kind=CallerKind.OPERATOR, client="ops")
    answer = await gateway.ask(ASK, {"key": "k", "certificate": desk.certificate})
    assert answer.json()["data"] == {"requestCommission": None}
    assert gateway.kept.last.decision is Decision.REFUSED
    assert await desk.desk.of_applicant(SARA, 10, None) == []


async def test_who_represents_may_ask_and_who_does_not_may_not(desk: Counter, gateway: Gateway) -> None:
    query = ASK.replace("ground: ILLNESS", f'ground: ILLNESS, nationalId: "{SARA.digits}"')
    gateway.caller.caller = Caller(kind=CallerKind.CITIZEN, subject=MINA, client="app")
    answer = await gateway.ask(query, {"key": "k", "certificate": desk.certificate})
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    desk.world.registers.representatives.add((MINA, SARA))
    answer = await gateway.ask(query, {"key": "k", "certificate": desk.certificate})
    assert answer.json()["data"]["requestCommission"]["state"] == "ACCEPTED"


async def test_without_a_desk_nothing_is_offered(desk: Counter, schema: Any) -> None:
    async with recorded_gateway(World(schema, caller=CITIZEN)) as bare:
        answer = await bare.ask(ASK, {"key": "k", "certificate": desk.certificate})
        assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
