"""Refusals as a client meets them: what they cost, what they tell, and what they do not tell."""

from typing import Any

import httpx
import pytest
import strawberry

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.resolvers.sealing import seal_for
from gateway.schema import build_schema
from tests.resolvers.conftest import MINA, NOW, REZA, SARA, WORKSHOP, World
from tests.rights.conftest import TODAY, Papers, contract_of
from tests.rights.served import Gateway

LEILA = NationalId("2287409165")
UNKNOWN = NationalId("0439182654")  # nobody of the small world has this code
STRANGER = NationalId("0064982033")

FIELDS = (
    "Query.person",
    "Query.persons",
    "Query.node",
    "Person.identity",
    "Identity.firstName",
    "Person.insurance",
    "Insurance.status",
    "Person.unemployment",
    "UnemploymentCase.stage",
)
CALLERS = {
    "court": Caller(kind=CallerKind.AGENCY, client="court-system"),
    "sara": Caller(kind=CallerKind.CITIZEN, subject=SARA),
    "kaveh": Caller(kind=CallerKind.EMPLOYER, workshops=frozenset({WORKSHOP})),
    "foreman": Caller(
        kind=CallerKind.EMPLOYER,
        subject=SARA,
        workshops=frozenset({WORKSHOP}),
        scopes=frozenset({"identity:read", "payments:read"}),
    ),
    "operator": Caller(kind=CallerKind.OPERATOR, client="operator"),
    "developer": Caller(kind=CallerKind.DEVELOPER, client="developer"),
    "taken-back": Caller(kind=CallerKind.CITIZEN, subject=SARA, token_id="7"),
}


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
def gateway(schema: strawberry.Schema) -> Gateway:
    papers = Papers(
        contracts={"court-system": contract_of(*FIELDS, starts=NOW.date())},
        held={("court", SARA), ("court", LEILA)},
        protected_persons={LEILA},
        revoked_tokens={"7"},
    )
    return Gateway(World(schema), papers, CALLERS)


def codes(response: httpx.Response) -> list[tuple[str, str]]:
    errors = response.json().get("errors", [])
    return [(".".join(str(step) for step in e["path"]), e["extensions"]["code"]) for e in errors]


# A refused field costs itself


async def test_a_refused_field_is_null_with_forbidden_and_the_rest_comes(gateway: Gateway) -> None:
    response = await gateway.ask(
        "court",
        "query Q($id: NationalId!) { person(nationalId: $id) { identity { firstName lastName } pension { kind } } }",
        variables={"id": SARA.digits},
    )
    assert response.json()["data"] == {"person": {"identity": {"firstName": "سارا", "lastName": None}, "pension": None}}
    assert sorted(codes(response)) == [("person.identity.lastName", "FORBIDDEN"), ("person.pension", "FORBIDDEN")]
    assert gateway.world.questions == ["citizens_by_national_id"]


async def test_nothing_is_asked_ahead_for_an_entitlement_that_is_refused(gateway: Gateway) -> None:
    response = await gateway.ask(
        "court",
        "query Q($id: NationalId!) { person(nationalId: $id) { unemployment { stage entitlement { monthsLeft } } } }",
        variables={"id": SARA.digits},
    )
    assert response.json()["data"]["person"]["unemployment"] == {"stage": "REFERRED_TO_SSO", "entitlement": None}
    assert gateway.world.questions == ["unemployment_cases_by_person"]


async def test_a_contract_that_is_not_in_force_releases_no_field(gateway: Gateway) -> None:
    gateway.papers.contracts["court-system"] = contract_of(*FIELDS, starts=TODAY)
    response = await gateway.ask("court", "{ __typename me { id } persons(nationalIds: []) { code } }")
    assert response.json()["data"] == {"__typename": "Query", "me": None, "persons": None}
    assert codes(response) == [("me", "FORBIDDEN"), ("persons", "FORBIDDEN")]


async def test_an_agency_is_no_person_and_that_is_no_refusal(gateway: Gateway) -> None:
    response = await gateway.ask("court", "{ me { id } }")
    assert response.json() == {"data": {"me": None}}


async def test_operators_and_developers_outside_the_sandbox_see_nobody(gateway: Gateway) -> None:
    query = f'{{ person(nationalId: "{SARA.digits}") {{ id }} persons(nationalIds: ["{SARA.digits}"]) {{ code }} }}'
    for caller in ("operator", "developer"):
        response = await gateway.ask(caller, query)
        assert response.json()["data"] == {"person": None, "persons": [{"code": "FORBIDDEN"}]}
    assert gateway.world.asked == []


async def test_an_employer_sees_its_workshop_and_no_fact_of_a_person(gateway: Gateway) -> None:
    query = (
        f'{{ workshop(code: "0070012345", branch: "0070") {{ name }} person(nationalId: "{SARA.digits}") {{ id }} }}'
    )
    response = await gateway.ask("kaveh", query)
    assert response.json()["data"] == {"workshop": {"name": "نجاری"}, "person": None}
    assert gateway.world.questions == ["workshops_by_key"]


async def test_a_node_gives_what_is_open_of_it_beside_a_closed_group(gateway: Gateway) -> None:
    query = """query Q($id: ID!) { node(id: $id) {
        ... on Person { debts { complete } payments { complete } } ... on Workshop { name } } }"""
    seal = seal_for(gateway.keyring, "node").seal
    response = await gateway.ask("foreman", query, variables={"id": seal(b"Person:" + SARA.digits.encode(), [b"node"])})
    assert response.json()["data"] == {"node": {"debts": None, "payments": {"complete": True}}}
    assert codes(response) == [("node.debts", "FORBIDDEN")]
    asked = list(gateway.world.questions)
    assert asked == ["payments_by_payer"]

    key = (WORKSHOP.code.digits + WORKSHOP.branch.digits).encode()
    response = await gateway.ask("foreman", query, variables={"id": seal(b"Workshop:" + key, [b"node"])})
    assert response.json()["data"] == {"node": None}
    assert codes(response) == [("node", "FORBIDDEN")], "nothing of a workshop is open to this token"
    assert gateway.world.questions == asked, "so no branch is asked about it"


async def test_a_citizen_is_refused_a_workshop_before_its_branch_is_asked(gateway: Gateway) -> None:
    for selection in ("name", "id"):
        query = f'{{ workshop(code: "0070012345", branch: "0070") {{ {selection} }} }}'
        assert codes(await gateway.ask("sara", query)) == [("workshop", "FORBIDDEN")]
    assert gateway.world.asked == []


async def test_a_token_that_was_taken_back_is_no_token(gateway: Gateway) -> None:
    response = await gateway.ask("taken-back", "{ me { id } }")
    assert response.status_code == 401
    assert "www-authenticate" in response.headers


# All or nothing


WHOLE = {"x-refusals": "all-or-nothing"}


async def test_a_client_that_wants_all_or_nothing_gets_nothing_and_nobody_is_asked(gateway: Gateway) -> None:
    query = """query Q($id: NationalId!) { person(nationalId: $id) { identity { firstName }
        ...More } } fragment More on Person { p: pension { kind } insurance { status links { kind } } }"""
    for more in ({"headers": WHOLE}, {"extensions": {"refusals": "all-or-nothing"}}):
        response = await gateway.ask("court", query, variables={"id": SARA.digits}, **more)
        assert response.status_code == 200
        assert "data" not in response.json()
        assert sorted(codes(response)) == [("person.insurance.links", "FORBIDDEN"), ("person.p", "FORBIDDEN")]
    strict = WHOLE | {"accept": "application/graphql-response+json"}
    response = await gateway.ask("court", query, variables={"id": SARA.digits}, headers=strict)
    assert response.status_code == 403
    assert gateway.world.asked == []


async def test_all_or_nothing_counts_persons_and_workshops_before_anything_is_asked(gateway: Gateway) -> None:
    sealed = seal_for(gateway.keyring, "node")
    person = sealed.seal(b"Person:" + STRANGER.digits.encode(), [b"node"])
    query = """query Q($id: NationalId!, $ids: [PersonRef!]!, $node: ID!) {
        person(nationalId: $id) { identity { firstName } }
        persons(nationalIds: $ids) { person { insurance { status } } }
        node(id: $node) { ... on Person { insurance { status } } }
        other: person(nationalId: "0064982033") { insurance { status } }
        again: person(nationalId: "0064982033") @skip(if: true) { insurance { status } } }"""
    variables = {"id": SARA.digits, "ids": [SARA.digits, LEILA.digits, "nonsense"], "node": person}
    response = await gateway.ask("court", query, variables=variables, headers=WHOLE)
    assert codes(response) == [("persons.1.person", "FORBIDDEN"), ("node", "FORBIDDEN"), ("other", "FORBIDDEN")]
    assert gateway.world.asked == []

    query = '{ workshop(code: "0070012345", branch: "0960") { name } }'
    assert codes(await gateway.ask("kaveh", query, headers=WHOLE)) == [("workshop", "FORBIDDEN")]
    assert gateway.world.asked == []


async def test_all_or_nothing_with_all_allowed_is_the_whole_answer(gateway: Gateway) -> None:
    query = f'{{ person(nationalId: "{MINA.digits}") {{ insurance {{ status }} }} }}'
    response = await gateway.ask("sara", query, headers=WHOLE)
    assert response.json() == {"data": {"person": {"insurance": {"status": "ACTIVE"}}}}


async def test_what_comes_to_light_on_the_way_takes_all_with_it(gateway: Gateway) -> None:
    query = "{ me { dependents { relation person { insurance { status } } } } }"
    response = await gateway.ask("sara", query, headers=WHOLE)
    assert response.json()["data"] is None
    assert codes(response) == [("me.dependents.1.person", "FORBIDDEN")]  # Reza's cover has ended


@pytest.mark.parametrize("more", [{"headers": {"x-refusals": "some"}}, {"extensions": {"refusals": ["x"]}}])
async def test_another_wish_than_all_or_nothing_is_not_understood(gateway: Gateway, more: dict[str, Any]) -> None:
    response = await gateway.ask("sara", "{ me { id } }", **more)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


# Refusals cannot be told apart

PERSON = "query Q($id: NationalId!) { person(nationalId: $id) { id identity { firstName } insurance { status } } }"
PERSONS = "query Q($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { identity { firstName } } } }"
NODE = "query Q($id: ID!) { node(id: $id) { id ... on Person { identity { firstName } } } }"


async def refusal(gateway: Gateway, way: str, person: NationalId) -> tuple[int, dict[str, str], bytes, list[float]]:
    """Status, headers, body and scheduled waits of one question about one person."""
    gateway.clock.seconds, gateway.clock.waits = 100.0, []
    sealed = seal_for(gateway.keyring, "node").seal(b"Person:" + person.digits.encode(), [b"node"])
    match way:
        case "person":
            response = await gateway.ask("court", PERSON, variables={"id": person.digits})
        case "persons":
            response = await gateway.ask("court", PERSONS, variables={"ids": [person.digits]})
        case "node":
            response = await gateway.ask("court", NODE, variables={"id": sealed})
        case "all-or-nothing":
            response = await gateway.ask("court", PERSON, variables={"id": person.digits}, headers=WHOLE)
    headers = {name: value for name, value in response.headers.items() if name not in {"date", "x-request-id"}}
    return response.status_code, headers, response.content, list(gateway.clock.waits)


@pytest.mark.parametrize("way", ["person", "persons", "node", "all-or-nothing"])
@pytest.mark.parametrize("step", [0.0, 0.0001, 0.003])
async def test_unknown_protected_and_outside_the_relation_are_one_answer(
    gateway: Gateway, way: str, step: float
) -> None:
    gateway.clock.step = step
    answers = [await refusal(gateway, way, person) for person in (UNKNOWN, LEILA, STRANGER, MINA)]
    assert answers[0][2].count(b"FORBIDDEN") == 1
    assert len(answers[0][3]) == 1
    assert all(answer == answers[0] for answer in answers)
    assert gateway.world.asked == []


@pytest.mark.parametrize(
    ("took", "left"), [(0.0, 100.025), (0.010, 100.025), (0.024, 100.025), (0.026, 100.05), (0.39, 100.4)]
)
async def test_an_answer_to_an_agency_leaves_at_a_whole_number_of_quanta(
    gateway: Gateway, took: float, left: float
) -> None:
    at_decision = gateway.papers.holds

    def slow(register: str, person: NationalId) -> bool:
        gateway.clock.seconds += took
        return at_decision(register, person)

    gateway.papers.holds = slow  # type: ignore[method-assign]
    for person in (SARA, STRANGER):  # the released ones too: so being held tells nothing
        waits = (await refusal(gateway, "person", person))[3]
        assert waits == [pytest.approx(left)]


async def test_nobody_else_is_held(gateway: Gateway) -> None:
    await gateway.ask("sara", "{ me { id } }")
    await gateway.ask("kaveh", "{ me { id } }")
    assert gateway.clock.waits == []


# By every path the same


async def test_a_dependant_is_seen_alike_by_every_path(gateway: Gateway) -> None:
    selection = """id identity { firstName } insurance { status } photo { base64 } pension { kind } debts { complete }
        payments { complete } contributionSummary { days } contributionRecords { complete } unemployment { stage }
        dependents { relation }"""
    sealed = seal_for(gateway.keyring, "node").seal(b"Person:" + MINA.digits.encode(), [b"node"])
    query = f"""{{
        a: person(nationalId: "{MINA.digits}") {{ {selection} }}
        b: persons(nationalIds: ["{MINA.digits}"]) {{ person {{ {selection} }} }}
        c: node(id: "{sealed}") {{ ... on Person {{ {selection} }} }}
        d: me {{ dependents {{ person {{ {selection} }} }} }} }}"""
    response = await gateway.ask("sara", query)
    data = response.json()["data"]
    views = [data["a"], data["b"][0]["person"], data["c"], data["d"]["dependents"][0]["person"]]
    assert all(view == views[0] for view in views)
    assert {name for name, value in views[0].items() if value is not None} == {"id", "identity", "insurance"}
    asked = {(question, key) for question, keys in gateway.world.asked for key in keys}
    assert asked == {
        ("dependents_by_supporter", SARA),
        ("citizens_by_national_id", MINA),
        ("insurances_by_person", MINA),
    }
    assert gateway.world.questions.count("dependents_by_supporter") == 1
    own = [path for path, code in codes(response) if path.startswith("a.")]
    assert len(own) == 8


async def test_a_former_dependant_is_a_stranger_by_every_path(gateway: Gateway) -> None:
    sealed = seal_for(gateway.keyring, "node").seal(b"Person:" + REZA.digits.encode(), [b"node"])
    query = f"""{{
        a: person(nationalId: "{REZA.digits}") {{ id }}
        b: persons(nationalIds: ["{REZA.digits}"]) {{ person {{ id }} code }}
        c: node(id: "{sealed}") {{ id }}
        d: me {{ dependents {{ person {{ id }} }} }} }}"""
    data = (await gateway.ask("sara", query)).json()["data"]
    assert (data["a"], data["b"], data["c"]) == (None, [{"person": None, "code": "FORBIDDEN"}], None)
    assert [entry["person"] is None for entry in data["d"]["dependents"]] == [False, True]


async def test_a_workshop_of_another_branch_is_another_workshop(gateway: Gateway) -> None:
    other = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0960"))
    assert other not in CALLERS["kaveh"].workshops
    query = '{ workshop(code: "0070012345", branch: "0960") { name } }'
    assert codes(await gateway.ask("kaveh", query)) == [("workshop", "FORBIDDEN")]
    assert gateway.world.asked == []
