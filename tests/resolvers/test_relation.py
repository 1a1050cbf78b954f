"""Rights that rest on what the branches know, and on whom somebody speaks for."""

from typing import Any

import pytest

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.failure import CircuitOpen, Code, Source, SourceFailure, SourceTimeout, SourceUnavailable
from gateway.domain.identifiers import BranchCode
from gateway.domain.refusal import Refused
from tests.resolvers.conftest import BRANCH, MINA, REZA, SARA

CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA)
OF_MINA = '{ person(nationalId: "1278450939") { insurance { status } } }'


def causes(result: Any) -> list[Any]:
    return [error.original_error for error in result.errors or ()]


@pytest.mark.parametrize("failure", [SourceTimeout, CircuitOpen, SourceUnavailable])
async def test_a_relation_that_cannot_be_looked_up_does_not_hold(world: Any, failure: type[SourceFailure]) -> None:
    world.caller = CITIZEN
    world.failing["dependents_by_supporter"] = failure(Source.BRANCH_DATABASES, branch=BRANCH, retry_after=3)
    result = await world.run(OF_MINA)
    assert result.data == {"person": None}
    (cause,) = causes(result)
    assert (cause.code, cause.branch, cause.retry_after) == (Code.SOURCE_UNAVAILABLE, BranchCode("0070"), 3)
    assert world.questions == ["dependents_by_supporter"]

    world.asked.clear()
    result = await world.run(
        "query Q($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { insurance { status } } } }",
        ids=[MINA.digits, SARA.digits, "nonsense"],
    )
    assert [item["code"] for item in result.data["persons"]] == ["SOURCE_UNAVAILABLE", None, "BAD_USER_INPUT"]
    assert world.asked == [("dependents_by_supporter", [SARA]), ("insurances_by_person", [SARA])]


async def test_whom_somebody_speaks_for_is_seen_as_oneself_and_costs_no_question(world: Any) -> None:
    world.caller = Caller(kind=CallerKind.CITIZEN, subject=MINA)
    world.registers.representatives = {(MINA, SARA)}
    result = await world.run('{ person(nationalId: "0013542419") { pension { monthlyAmount } } }')
    assert result.data == {"person": {"pension": {"monthlyAmount": str(10**11)}}}
    assert world.questions == ["pensions_by_person"]


async def test_a_relation_does_not_lead_on_to_the_others_dependants(world: Any) -> None:
    world.caller = Caller(kind=CallerKind.CITIZEN, subject=REZA)
    world.registers.representatives = {(REZA, SARA)}
    result = await world.run(
        '{ person(nationalId: "0013542419") { dependents { relation person { id } } } other: ' + OF_MINA[2:]
    )
    listed = result.data["person"]["dependents"]
    assert [entry["relation"] for entry in listed] == ["DAUGHTER", "FATHER"]
    assert [entry["person"] is None for entry in listed] == [True, False]  # the father is the caller himself
    assert result.data["other"] is None
    assert [cause.code for cause in causes(result)] == [Code.FORBIDDEN, Code.FORBIDDEN]


async def test_a_protected_person_stands_in_nobodys_list(world: Any) -> None:
    world.caller = CITIZEN
    world.registers.protected_persons = {MINA}
    result = await world.run("{ me { dependents { relation nationalId } } }")
    assert result.data == {"me": {"dependents": [{"relation": "FATHER", "nationalId": REZA.digits}]}}
    (cause,) = causes(await world.run(OF_MINA))
    assert isinstance(cause, Refused)
    assert cause.code is Code.FORBIDDEN


async def test_a_protected_person_sees_herself(world: Any) -> None:
    world.caller = CITIZEN
    world.registers.protected_persons = {SARA}
    result = await world.run("{ me { identity { firstName } } }")
    assert result.data == {"me": {"identity": {"firstName": "سارا"}}}


async def test_an_employer_who_is_a_person_has_dependants_too(world: Any) -> None:
    world.caller = Caller(kind=CallerKind.EMPLOYER, subject=SARA)
    assert (await world.run(OF_MINA)).data == {"person": {"insurance": {"status": "ACTIVE"}}}
    world.asked.clear()
    world.caller = Caller(kind=CallerKind.EMPLOYER)
    assert (await world.run(OF_MINA)).data == {"person": None}
    assert world.asked == []


async def test_a_thousand_strangers_cost_one_question_about_oneself(world: Any) -> None:
    world.caller = CITIZEN
    result = await world.run(
        "query Q($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code } }", ids=["0064982033"] * 1_000
    )
    assert {item["code"] for item in result.data["persons"]} == {"FORBIDDEN"}
    assert world.asked == [("dependents_by_supporter", [SARA])]
