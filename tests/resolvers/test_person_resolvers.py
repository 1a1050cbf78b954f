"""What a person's fields ask, of whom, and when."""

import asyncio
import gc
from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type, is_non_null_type
from graphql.type import GraphQLField, GraphQLObjectType

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.failure import Code, Source, SourceFailure, SourceTimeout
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused

SARA = "0013542419"
MINA = "1278450939"
REZA = "0061274801"

PROFILE = """
query Profile($id: NationalId!) { person(nationalId: $id) {
  nationalId
  identity { firstName birth { jalali gregorian precision } provenance { source ageSeconds freshness fetchedAt } }
  photo { mediaType base64 }
  dependents { relation person { nationalId } provenance { source } }
  insurance { status current { insuranceNumber } }
  contributionSummary { months days }
  contributionRecords { edges { node { month wage } } complete gaps { code } }
  pension { monthlyAmount }
  unemployment { stage ...Granted }
  payments { totalCount nodes { amount } }
  debts { nodes { number ledger { entries { balance } } } }
} }
fragment Granted on UnemploymentCase { entitlement { monthsLeft } }
"""


def codes(result: Any) -> dict[str, Any]:
    """Path and code of each error, as the failure that caused it says."""
    found = {}
    for error in result.errors or ():
        cause = error.original_error
        assert isinstance(cause, Refused | SourceFailure), error
        found[".".join(map(str, error.path))] = cause.code
    return found


async def test_a_person_alone_asks_nobody(world: Any) -> None:
    result = await world.run('{ person(nationalId: "0013542419") { id nationalId } }')
    assert result.data["person"]["nationalId"] == SARA
    assert world.asked == []


async def test_the_whole_profile_takes_one_delay_and_one_question_a_group(world: Any) -> None:
    world.delay = 0.1
    result = await world.run(PROFILE.replace(" ledger { entries { balance } }", ""), id=SARA)
    assert not result.errors
    assert world.most_in_flight == 10
    assert sorted(world.questions) == sorted(
        [
            "citizens_by_national_id",
            "photos_by_national_id",
            "dependents_by_supporter",
            "insurances_by_person",
            "contribution_summaries_by_person",
            "contribution_pages",
            "pensions_by_person",
            "unemployment_cases_by_person",
            "payments_by_payer",
            "debt_pages_by_person",
        ]
    )


async def test_the_profile_says_what_the_systems_say(world: Any) -> None:
    result = await world.run(PROFILE, id=SARA)
    person = result.data["person"]
    assert person["identity"] == {
        "firstName": "سارا",
        "birth": {"jalali": "1360", "gregorian": None, "precision": "YEAR"},
        "provenance": {
            "source": "CIVIL_REGISTRY",
            "ageSeconds": 7,
            "freshness": "LIVE",
            "fetchedAt": "2026-10-23T07:59:53Z",
        },
    }
    assert person["photo"] == {"mediaType": "image/png", "base64": "iVBORw=="}
    assert person["contributionRecords"]["edges"][0]["node"] == {"month": "1405-07", "wage": "30000000"}
    assert person["unemployment"]["entitlement"]["monthsLeft"] == 15
    assert person["payments"]["totalCount"] == 5
    assert person["pension"]["monthlyAmount"] == "100000000000"
    assert person["debts"]["nodes"][0]["ledger"]["entries"][0]["balance"] == "30"


async def test_the_photo_is_asked_only_where_it_is_selected(world: Any) -> None:
    await world.run('{ person(nationalId: "0013542419") { identity { firstName } } }')
    assert world.questions == ["citizens_by_national_id"]


async def test_a_silent_registry_costs_only_the_identity(world: Any) -> None:
    world.failing["citizens_by_national_id"] = SourceTimeout(Source.CIVIL_REGISTRY)
    result = await world.run(PROFILE, id=SARA)
    assert codes(result) == {"person.identity": Code.SOURCE_TIMEOUT}
    assert result.data["person"]["identity"] is None
    assert result.data["person"]["payments"]["totalCount"] == 5


async def test_a_person_whom_no_system_knows_is_null_in_each_field_without_an_error(world: Any) -> None:
    result = await world.run(PROFILE, id="0439182654")
    assert not result.errors
    known = {name: value for name, value in result.data["person"].items() if value is not None}
    assert known == {"nationalId": "0439182654", "dependents": []}


ENTITLEMENT = '{ person(nationalId: "0013542419") { unemployment { stage %s } } }'


@pytest.mark.parametrize(
    "selection",
    [
        "entitlement { monthsLeft }",
        "other: entitlement { monthsLeft }",
        "... { entitlement { monthsLeft } }",
        "... on UnemploymentCase @include(if: true) { entitlement { monthsLeft } }",
        "a: entitlement { monthsLeft } b: entitlement { monthsLeft }",
    ],
)
async def test_the_entitlement_starts_the_branches_with_the_ministry(world: Any, selection: str) -> None:
    world.delay = 0.1
    result = await world.run(ENTITLEMENT % selection)
    assert world.most_in_flight == 2
    assert not result.errors
    assert sorted(world.questions) == ["contribution_summaries_by_person", "unemployment_cases_by_person"]


@pytest.mark.parametrize(
    "selection",
    [
        "",
        "entitlement @skip(if: true) { monthsLeft }",
        "... @include(if: false) { entitlement { monthsLeft } }",
        "entitlement: trackingCode",
    ],
)
async def test_without_the_entitlement_no_branch_is_asked(world: Any, selection: str) -> None:
    result = await world.run(ENTITLEMENT % selection)
    assert not result.errors
    assert world.questions == ["unemployment_cases_by_person"]


async def test_include_by_variable_decides_whether_the_branches_are_asked(world: Any) -> None:
    operation = "query Q($with: Boolean!) " + ENTITLEMENT % "entitlement @include(if: $with) { monthsLeft }"
    await world.run(operation, **{"with": False})
    assert world.questions == ["unemployment_cases_by_person"]
    await world.run(operation, **{"with": True})
    assert "contribution_summaries_by_person" in world.questions


async def test_a_failed_summary_is_an_error_only_if_there_is_a_case(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world.failing["contribution_summaries_by_person"] = SourceTimeout(Source.BRANCH_DATABASES)
    result = await world.run(ENTITLEMENT % "entitlement { monthsLeft }")
    assert codes(result) == {"person.unemployment.entitlement": Code.SOURCE_TIMEOUT}
    assert result.data["person"]["unemployment"]["stage"] == "REFERRED_TO_SSO"

    del world.facts["unemployment_cases_by_person"][NationalId(SARA)]
    result = await world.run(ENTITLEMENT % "entitlement { monthsLeft }")
    assert not result.errors
    assert result.data["person"]["unemployment"] is None
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_a_document_of_fragments_within_fragments_is_read_once(world: Any) -> None:
    depth = 40
    fragments = "".join(f"fragment F{n} on UnemploymentCase {{ ...F{n + 1} ...F{n + 1} }} " for n in range(depth))
    operation = ENTITLEMENT % "...F0" + fragments + f"fragment F{depth} on UnemploymentCase {{ stage }}"
    result = await asyncio.wait_for(world.run(operation), 5)
    assert not result.errors


async def test_a_supporter_sees_of_a_dependant_identity_and_insurance_and_nothing_else(world: Any) -> None:
    world.caller = Caller(kind=CallerKind.CITIZEN, subject=NationalId(SARA))
    result = await world.run(
        """{ me { dependents { nationalId person { identity { firstName } insurance { status } dependents { relation }
        contributionSummary { days } contributionRecords { complete } pension { number } unemployment { stage }
        payments { totalCount } debts { complete } } } } }"""
    )
    daughter, father = (d["person"] for d in result.data["me"]["dependents"])
    assert father is None, "his cover has ended"
    assert daughter.pop("identity") == {"firstName": "مینا"}
    assert daughter.pop("insurance") == {"status": "ACTIVE"}
    assert set(daughter.values()) == {None}
    assert set(codes(result).values()) == {Code.FORBIDDEN}
    assert len(result.errors) == len(daughter) + 1
    assert sorted(world.questions) == ["citizens_by_national_id", "dependents_by_supporter", "insurances_by_person"]


async def test_a_developer_sees_a_dependant_as_any_person(world: Any) -> None:
    result = await world.run(
        '{ person(nationalId: "0013542419") { dependents { person { payments { totalCount } } } } }'
    )
    assert not result.errors


def selection_of(field: GraphQLField) -> str:
    """A leaf below the field, however deep it stands."""
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return ""
    assert isinstance(kind, GraphQLObjectType)
    for name, below in kind.fields.items():
        if not directives_of(below, "SourceDirective"):
            return f"{{ {name} {selection_of(below)} }}"
    raise AssertionError(kind)


def directives_of(field: GraphQLField, kind: str) -> list[Any]:
    definition = field.extensions["strawberry-definition"]
    return [directive for directive in definition.directives if type(directive).__name__ == kind]


CROSSINGS = {
    "Query": "{ %s }",
    "Person": '{ person(nationalId: "0013542419") { %s } }',
    "Workshop": '{ workshop(code: "0070012345", branch: "0070") { %s } }',
    "Debt": '{ person(nationalId: "0013542419") { debts { nodes { %s } } } }',
    "UnemploymentCase": '{ person(nationalId: "0013542419") { unemployment { %s } } }',
    "Dependent": '{ person(nationalId: "0013542419") { dependents { %s } } }',
}
ARGUMENTS = {
    ("Query", "person"): '(nationalId: "0013542419")',
    ("Query", "persons"): '(nationalIds: ["0013542419"])',
    ("Query", "workshop"): '(code: "0070012345", branch: "0070")',
}


KEPT_HERE = {
    ("Person", "accessLog"),
    ("Person", "certificates"),
    ("Query", "certificate"),
    ("Person", "requests"),
    ("Query", "request"),
    ("Person", "paymentTickets"),
    ("Person", "treatment"),
    ("Query", "paymentTicket"),
    ("Query", "premiumListSubmission"),
    ("Workshop", "electronicNoticeAgreement"),
    ("Query", "premiumListSubmission"),
}
# These judge: which systems they ask, the rules of a service say (`Service.asks`), and what they cost, @cost.
ASSESSING = {("Person", "eligibility"), ("Workshop", "eligibility"), ("Workshop", "instalmentQuote")}


async def test_each_field_that_asks_a_system_is_nullable_and_names_it_and_no_other_does(world: Any) -> None:
    nodes = await world.run('{ workshop(code: "0070012345", branch: "0070") { id } }')
    arguments = {**ARGUMENTS, ("Query", "node"): f'(id: "{nodes.data["workshop"]["id"]}")'}
    for owner, frame in CROSSINGS.items():
        kind = world.schema._schema.type_map[owner]
        for name, field in kind.fields.items():
            if (owner, name) in KEPT_HERE | ASSESSING:
                continue  # the first read what the gateway itself keeps
            below = "{ id }" if owner == "Query" and name == "node" else selection_of(field)
            asked_for = f"{name}{arguments.get((owner, name), '')} {below}"
            without = await questions_of(world, frame % "__typename")
            with_it = await questions_of(world, frame % asked_for)
            systems = {world.system_of(question) for question in with_it - without}
            said = {directive.system for directive in directives_of(field, "SourceDirective")}
            assert systems == said, f"{owner}.{name} asks {systems} and its @source says {said}"
            assert not (systems and is_non_null_type(field.type)), f"make {owner}.{name} nullable"


async def questions_of(world: Any, operation: str) -> set[str]:
    world.asked.clear()
    result = await world.run(operation)
    assert not result.errors, (operation, result.errors)
    return set(world.questions)
