"""What is put on record of an answer: what left, about whom, to whom, why; and nothing of a person in clear."""

import asyncio

import pytest

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.failure import Source, SourceTimeout
from gateway.domain.identifiers import NationalId
from gateway.operation.audit.event import Decision, event_from
from tests.operation.audit.recorded_gateway import PSEUDONYMS, Gateway, contract
from tests.resolvers.conftest import MINA, REZA, SARA, WORKSHOP

SARA_CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA, client="app")
COURT = Caller(kind=CallerKind.AGENCY, client="court", end_user="judge 7", thumbprint="print", token_id="t")
STRANGER = NationalId("2287409165")


def about(gateway: Gateway, person: NationalId) -> set[str]:
    """The coordinates that the last event says were released about a person."""
    name = PSEUDONYMS.person(person)
    return {field for release in gateway.kept.last.released if name in release.persons for field in release.fields}


async def test_what_left_is_recorded_and_what_is_null_or_failed_is_not(gateway: Gateway) -> None:
    gateway.world.failing["pensions_by_person"] = SourceTimeout(Source.BRANCH_DATABASES)
    said = await gateway.ask(
        f'{{ person(nationalId: "{SARA.digits}") {{ name: identity {{ first: firstName fatherName birth {{ jalali }}'
        " provenance { freshness } } pension { number } } }"
    )
    assert said.json()["data"]["person"]["pension"] is None
    assert about(gateway, SARA) == {"Identity.firstName", "Identity.birth", "Provenance.freshness"}
    assert gateway.kept.last.decision is Decision.RELEASED
    assert gateway.kept.last.refusals == ()


async def test_sources_are_recorded_with_their_freshness_though_nobody_asked_for_it(gateway: Gateway) -> None:
    await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ identity {{ firstName }} debts {{ complete }} }} }}')
    sources = {(used.source, used.freshness) for used in gateway.kept.last.sources}
    assert sources == {("CIVIL_REGISTRY", "LIVE"), ("BRANCH_DATABASES", "LIVE")}


async def test_what_is_said_of_a_dependant_is_about_both_and_what_is_below_about_the_dependant(
    gateway: Gateway,
) -> None:
    gateway.caller.caller = SARA_CITIZEN
    said = await gateway.ask("{ me { dependents { relation person { identity { firstName } } } } }")
    assert about(gateway, SARA) == {"Dependent.relation"}
    assert about(gateway, MINA) == {"Dependent.relation", "Identity.firstName"}
    assert about(gateway, REZA) == {"Dependent.relation"}
    [refused] = [e for e in said.json()["errors"] if e["extensions"]["code"] == "FORBIDDEN"]
    assert refused["path"] == ["me", "dependents", 1, "person"]
    [refusal] = gateway.kept.last.refusals
    assert (refusal.code, refusal.coordinate) == ("FORBIDDEN", "Dependent.person")
    assert refusal.persons == (PSEUDONYMS.person(REZA),)
    assert gateway.kept.last.decision is Decision.PARTLY


async def test_an_empty_list_is_recorded_since_it_says_that_there_is_none(gateway: Gateway) -> None:
    await gateway.ask(f'{{ person(nationalId: "{MINA.digits}") {{ dependents {{ relation }} }} }}')
    assert about(gateway, MINA) == {"Person.dependents"}


async def test_a_workshop_is_recorded_with_who_runs_it(gateway: Gateway) -> None:
    await gateway.ask('{ workshop(code: "0070012345", branch: "0070") { name debts { nodes { amount } } } }')
    assert about(gateway, SARA) == {"Workshop.name", "Debt.amount"}
    [release] = [one for one in gateway.kept.last.released if one.workshops]
    assert release.workshops == (PSEUDONYMS.workshop(WORKSHOP),)


async def test_a_node_is_recorded_as_what_it_turned_out_to_be(gateway: Gateway) -> None:
    ids = (await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ id }} }}')).json()["data"]["person"]["id"]
    await gateway.ask(
        "query($id: ID!) { node(id: $id) { ... on Person { nationalId } ...W } } fragment W on Workshop { name }",
        {"id": ids},
    )
    assert about(gateway, SARA) == {"Person.nationalId"}


async def test_many_persons_are_one_event_with_those_alike_together(gateway: Gateway) -> None:
    await gateway.ask(
        "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { nationalId identity { firstName } } } }",
        {"ids": [SARA.digits, MINA.digits, REZA.digits, "bad"]},
    )
    [event] = gateway.kept.events
    sizes = {frozenset(release.fields): len(release.persons) for release in event.released}
    assert sizes == {
        frozenset({"Person.nationalId", "Identity.firstName"}): 2,
        frozenset({"Person.nationalId"}): 1,
    }


async def test_an_answer_about_nobody_is_not_recorded(gateway: Gateway) -> None:
    for query in ("{ __typename }", '{ persons(nationalIds: ["bad"]) { code nationalId } }'):
        assert (await gateway.ask(query)).status_code == 200
    gateway.caller.caller = None
    await gateway.ask("{ __typename }")
    assert gateway.kept.events == []


async def test_a_refused_person_is_recorded_with_who_was_asked_about(gateway: Gateway) -> None:
    gateway.caller.caller = SARA_CITIZEN
    said = await gateway.ask(f'{{ person(nationalId: "{STRANGER.digits}") {{ nationalId }} }}')
    assert said.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    event = gateway.kept.last
    assert event.decision is Decision.REFUSED
    assert [(r.code, r.coordinate, r.persons) for r in event.refusals] == [
        ("FORBIDDEN", "Query.person", (PSEUDONYMS.person(STRANGER),))
    ]
    await gateway.ask(f'{{ persons(nationalIds: ["{STRANGER.digits}"]) {{ code }} }}')
    assert gateway.kept.last.refusals[0].persons == (PSEUDONYMS.person(STRANGER),)


async def test_all_or_nothing_that_became_nothing_is_recorded_as_refused(gateway: Gateway) -> None:
    gateway.caller.caller = SARA_CITIZEN
    for query in (
        f'{{ me {{ nationalId }} person(nationalId: "{STRANGER.digits}") {{ nationalId }} }}',
        '{ me { nationalId } workshop(code: "0070012345", branch: "0070") { name } }',
    ):
        said = await gateway.ask(query, x_refusals="all-or-nothing")
        assert "data" not in said.json() or said.json()["data"] is None
        assert gateway.kept.last.decision is Decision.REFUSED
        assert gateway.kept.last.released == ()
    assert len(gateway.kept.events) == 2


async def test_an_agencys_event_names_its_contract_version_and_purpose_and_hides_its_user(gateway: Gateway) -> None:
    gateway.contracts.contract = contract("Query.person", "Person.identity", "Identity.firstName")
    gateway.world.registers.protected_persons.clear()
    gateway.caller.caller = COURT
    await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ identity {{ firstName }} }} }}')
    event = gateway.kept.last
    assert event.agreement
    assert (event.agreement.name, event.agreement.version) == ("court", "v1")
    assert event.agreement.purpose.en == "Maintenance proceedings"
    assert (event.who.kind, event.who.client, event.who.thumbprint) == ("AGENCY", "court", "print")
    assert event.who.end_user == PSEUDONYMS.text("end user", "judge 7")


async def test_no_event_holds_a_code_a_name_or_a_literal_in_clear(gateway: Gateway) -> None:
    await gateway.ask(
        f'query Of{SARA.digits} {{ a{MINA.digits}: person(nationalId: "{SARA.digits}") {{ nationalId'
        " identity { firstName } dependents { nationalId } } }"
    )
    body = gateway.kept.last.body().decode()
    for secret in (SARA.digits, MINA.digits, REZA.digits, "سارا", "مینا"):
        assert secret not in body
    assert gateway.kept.last.operation == "Of***"
    assert event_from(gateway.kept.last.body()) == gateway.kept.last


async def test_the_hash_of_an_operation_is_the_same_for_other_literals_and_another_for_other_fields(
    gateway: Gateway,
) -> None:
    hashes = []
    for person, fields in ((SARA, "nationalId"), (MINA, "nationalId"), (SARA, "nationalId id")):
        await gateway.ask(f'{{ person(nationalId: "{person.digits}") {{ {fields} }} }}')
        hashes.append(gateway.kept.last.document)
    assert hashes[0] == hashes[1] != hashes[2]


async def test_without_its_record_nothing_of_an_answer_leaves(gateway: Gateway) -> None:
    gateway.kept.fails = True
    said = await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ nationalId identity {{ firstName }} }} }}')
    assert said.status_code == 500
    assert said.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert SARA.digits not in said.text
    assert "سارا" not in said.text
    assert (await gateway.ask("{ __typename }")).status_code == 200


async def test_the_answer_waits_for_its_record(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    record = gateway.kept.record

    async def slowly(event: object) -> None:
        await gate.wait()
        await record(event)  # type: ignore[arg-type]

    monkeypatch.setattr(gateway.kept, "record", slowly)
    asking = asyncio.ensure_future(gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ nationalId }} }}'))
    await asyncio.sleep(0.05)
    assert not asking.done()
    gate.set()
    assert (await asking).json()["data"]["person"]["nationalId"] == SARA.digits
    assert len(gateway.kept.events) == 1


async def test_events_and_the_requests_that_we_name_are_named_in_the_order_of_time(gateway: Gateway) -> None:
    """Where the record is indexed by them, it grows at its end."""
    for _ in range(20):
        await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ nationalId }} }}')
    for names in ([one.id for one in gateway.kept.events], [one.correlation_id for one in gateway.kept.events]):
        assert names == sorted(set(names))
        assert len(names) == 20
