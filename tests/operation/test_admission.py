"""Which fields are refused, on the operation alone."""

from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import NationalId
from gateway.operation.admission import Admissions, is_open_to_the_nameless
from gateway.operation.document import Documents, Understood
from gateway.operation.refused_fields import Admitted, admitted_fields
from gateway.rights.rights import Rights
from gateway.rights.scopes import STRUCTURAL
from gateway.schema import build_schema

FIELDS = frozenset(
    {
        "Query.person",
        "Query.node",
        "Person.identity",
        "Identity.firstName",
        "Identity.birth",
        "Identity.shenasname",
        "Person.insurance",
        "Person.dependents",
        "Dependent.person",
        "Person.unemployment",
        "UnemploymentCase.entitlement",
        "Entitlement.monthsLeft",
        "Person.contributionRecords",
        "ContributionRecord.month",
    }
)


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return build_schema()


def understood_of(schema: strawberry.Schema, text: str) -> tuple[Understood, OperationDefinitionNode]:
    understood = Documents(schema).understood(text)
    assert isinstance(understood, Understood), understood
    return understood, next(iter(understood.operations.values()))


def admitted(
    schema: strawberry.Schema,
    selection: str,
    *,
    by_contract: bool = True,
    rest: str = "",
    variables: Mapping[str, Any] = {},
) -> Admitted:
    """Of a person's `selection`, under a contract that names FIELDS."""
    heads = {bool: "Boolean!"}
    head = ", ".join(["$id: NationalId!", *(f"${name}: {heads[type(v)]}" for name, v in variables.items())])
    text = f"query Q({head}) {{ person(nationalId: $id) {{ {selection} }} }} {rest}"
    understood, operation = understood_of(schema, text)
    return admitted_fields(
        schema._schema, understood.document, operation, variables, ByName().names, by_contract=by_contract
    )


class ByName:
    """Releases what is named, and structure; the rest of a policy is not asked here."""

    def names(self, coordinate: str) -> bool:
        return coordinate in FIELDS or coordinate in STRUCTURAL

    def releases(self, rights: Rights, coordinate: str) -> bool:
        return self.names(coordinate)


def paths(said: Admitted) -> list[str]:
    return [".".join(path[1:]) for path in said.paths]


@pytest.mark.parametrize(
    ("selection", "refused"),
    [
        ("identity { firstName }", []),
        ("identity { firstName lastName }", ["identity.lastName"]),
        ("identity { first: firstName last: lastName }", ["identity.last"]),
        ("identity { birth { jalali } }", []),
        ("pension { monthlyAmount }", ["pension"]),
        # a call without anything to release is none
        ("identity { lastName }", ["identity"]),
        ("identity { __typename provenance { source } lastName }", ["identity"]),
        ("identity { shenasname { number } }", ["identity"]),
        ("insurance { status }", ["insurance"]),
        ("dependents { firstName }", ["dependents"]),
        ("dependents { person { identity { lastName } } }", ["dependents"]),
        ("contributionRecords { edges { node { wage } } }", ["contributionRecords"]),
        # one fact below is enough, however deep
        ("dependents { firstName person { identity { firstName } } }", ["dependents.firstName"]),
        ("unemployment { stage entitlement { monthsLeft } }", ["unemployment.stage"]),
        ("unemployment { entitlement { monthsLeft dailyBenefit } }", ["unemployment.entitlement.dailyBenefit"]),
        ("contributionRecords { edges { node { month wage } } }", ["contributionRecords.edges.node.wage"]),
        # one field mentioned twice is one field
        ("identity { firstName } identity { lastName }", ["identity.lastName"]),
        ("identity { lastName } identity { fatherName }", ["identity"]),
        ("a: identity { firstName } b: identity { lastName }", ["b"]),
        # fragments are what they stand for
        ("... on Person { identity { lastName } }", ["identity"]),
        ("... { identity { firstName lastName } }", ["identity.lastName"]),
        ("... on Node { id }", []),
        ("id __typename", []),
        ("nationalId", ["nationalId"]),
    ],
)
def test_a_field_is_refused_where_nothing_releases_it_or_anything_below(
    schema: strawberry.Schema, selection: str, refused: list[str]
) -> None:
    assert paths(admitted(schema, selection)) == refused


def test_fragments_are_followed_and_the_same_fragment_is_decided_alike(schema: strawberry.Schema) -> None:
    said = admitted(
        schema,
        "...Names dependents { person { ...Names } }",
        rest="fragment Names on Person { identity { ...First lastName } } fragment First on Identity { firstName }",
    )
    assert paths(said) == ["identity.lastName", "dependents.person.identity.lastName"]
    assert list(said.refused.values()) == ["Identity.lastName"]


@pytest.mark.parametrize(
    ("shown", "refused"),
    [(True, ["identity.lastName"]), (False, ["identity"])],  # without the first name nothing is left to release
)
def test_what_skip_leaves_out_releases_nothing(schema: strawberry.Schema, shown: bool, refused: list[str]) -> None:
    for directive in ("@include(if: $shown)", "@skip(if: $hidden)"):
        variables = {"shown": shown} if "shown" in directive else {"hidden": not shown}
        said = admitted(schema, f"identity {{ lastName firstName {directive} }}", variables=variables)
        assert paths(said) == refused
        assert paths(admitted(schema, f"identity {{ firstName lastName {directive} }}", variables=variables)) == (
            ["identity.lastName"] if shown else []
        )


def test_literals_in_skip_and_include_count_too(schema: strawberry.Schema) -> None:
    assert paths(admitted(schema, "identity { lastName firstName @skip(if: true) }")) == ["identity"]
    assert paths(admitted(schema, "identity { firstName lastName @include(if: false) }")) == []
    assert paths(admitted(schema, "... @skip(if: true) { pension { kind } } identity { firstName }")) == []


def test_structure_alone_is_worth_a_call_for_persons_and_not_for_agencies(schema: strawberry.Schema) -> None:
    selection = "contributionRecords { complete pageInfo { endCursor } }"
    assert paths(admitted(schema, selection, by_contract=False)) == []
    assert paths(admitted(schema, selection, by_contract=True)) == ["contributionRecords"]


def test_a_node_is_decided_by_what_it_may_be(schema: strawberry.Schema) -> None:
    def of_node(selection: str) -> dict[int, str]:
        understood, operation = understood_of(schema, f"query Q($id: ID!) {{ node(id: $id) {{ {selection} }} }}")
        said = admitted_fields(schema._schema, understood.document, operation, {}, ByName().names, by_contract=True)
        return dict(said.refused)

    assert of_node("id ... on Person { identity { firstName } }") == {}
    assert sorted(of_node("... on Workshop { name }").values()) == ["Query.node", "Workshop.name"]
    assert list(of_node("... on Workshop { name } ... on Person { identity { firstName } }").values()) == [
        "Workshop.name"
    ]


def admitted_root(
    schema: strawberry.Schema, root: str, released: frozenset[str], *, by_contract: bool = False
) -> Admitted:
    """Of one field at the root, for somebody who is given `released` and structure."""
    understood, operation = understood_of(
        schema, f"query Q($id: ID!) {{ {root} }}" if "$id" in root else f"{{ {root} }}"
    )
    return admitted_fields(
        schema._schema,
        understood.document,
        operation,
        {},
        lambda coordinate: coordinate in released | STRUCTURAL,
        by_contract=by_contract,
    )


PAGES = "pageInfo { endCursor }"


@pytest.mark.parametrize(
    ("selection", "refused"),
    [
        # what is left is a page of an open group
        (f"payments {{ {PAGES} }} debts {{ {PAGES} }}", ["Person.debts"]),
        (f"debts {{ nodes {{ stage }} }} payments {{ {PAGES} }}", ["Person.debts"]),
        ("id debts { complete }", ["Person.debts"]),
        # nothing is left but the person, and a person costs no call
        (f"debts {{ {PAGES} }}", ["Person.debts"]),
        ("debts { nodes { stage } }", ["Person.debts"]),
    ],
)
def test_a_way_in_keeps_what_is_open_beneath_it(schema: strawberry.Schema, selection: str, refused: list[str]) -> None:
    released = frozenset({"Query.node", "Query.person", "Person.payments"})
    by_node = admitted_root(schema, f"node(id: $id) {{ __typename ... on Person {{ {selection} }} }}", released)
    by_code = admitted_root(schema, f'person(nationalId: "0013542419") {{ __typename {selection} }}', released)
    assert list(by_node.refused.values()) == refused
    assert list(by_code.refused.values()) == refused, "however the person is entered"


def test_a_way_in_that_costs_a_call_is_refused_where_nothing_that_it_yields_is_released(
    schema: strawberry.Schema,
) -> None:
    released = frozenset(
        {"Query.node", "Query.workshop", "Person.identity", "Identity.firstName", "Person.unemployment"}
    )

    def of(root: str, *, by_contract: bool = False) -> list[str]:
        return sorted(admitted_root(schema, root, released, by_contract=by_contract).refused.values())

    workshop = 'workshop(code: "0070012345", branch: "0070")'
    assert of(f"{workshop} {{ debts {{ {PAGES} }} }}") == ["Query.workshop", "Workshop.debts"]
    assert of(f"{workshop} {{ __typename name }}") == ["Query.workshop", "Workshop.name"]
    assert of(f"{workshop} {{ id name debts {{ {PAGES} }} }}") == ["Workshop.debts", "Workshop.name"]
    assert of(f"{workshop} {{ id name }}", by_contract=True) == ["Query.workshop", "Workshop.name"]
    entitlement = "unemployment { entitlement { provenance { source } } }"
    assert of(f"node(id: $id) {{ ... on Person {{ {entitlement} }} }}") == [
        "Person.unemployment",
        "UnemploymentCase.entitlement",
    ]


def test_each_mention_of_a_group_is_a_question_of_its_own(schema: strawberry.Schema) -> None:
    """One that selects nothing asks whether there is any, which whoever has the group may know."""
    released = frozenset({"Person.unemployment"})
    closed = "unemployment { entitlement { dailyBenefit } }"

    def of(selection: str, *, by_contract: bool = False) -> list[tuple[str, ...]]:
        return list(
            admitted_root(schema, f"me {{ {selection} }}", released | {"Query.me"}, by_contract=by_contract).paths
        )

    assert of(closed) == [("me", "unemployment")]
    assert of(f"unemployment {{ __typename }} {closed}") == [("me", "unemployment", "entitlement")]
    assert of("unemployment { __typename entitlement { dailyBenefit } }") == [("me", "unemployment")]
    assert of(f"unemployment {{ __typename }} {closed}", by_contract=True) == [("me", "unemployment")]


def test_a_node_is_asked_about_only_if_it_is_of_a_type_of_which_something_is_released(
    schema: strawberry.Schema,
) -> None:
    released = frozenset({"Query.node", "Person.identity", "Identity.firstName"})
    person = "... on Person { identity { firstName } }"

    def closed(selection: str, *, by_contract: bool = False) -> list[set[str]]:
        said = admitted_root(schema, f"node(id: $id) {{ {selection} }}", released, by_contract=by_contract)
        assert "Query.node" not in said.refused.values()
        return [set(types) for types in said.closed_types.values()]

    assert closed(f"{person} ... on Workshop {{ name }}") == [{"Workshop"}]
    assert closed("__typename ... on Workshop { name }") == [{"Workshop"}], "of a person, the rest still comes"
    assert closed(f"id {person} ... on Workshop {{ name }}") == []
    assert closed(f"id {person}", by_contract=True) == [{"Workshop"}], "an id alone is no fact to an agency"


class Counting(ByName):
    def __init__(self) -> None:
        self.asked = 0

    def releases(self, rights: Rights, coordinate: str) -> bool:
        self.asked += 1
        return coordinate in rights.scopes or super().releases(rights, coordinate)


CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=NationalId("0013542419"))


def test_a_decision_is_kept_by_document_rights_and_conditions(schema: strawberry.Schema) -> None:
    policy = Counting()
    admissions = Admissions(schema, policy.releases)
    text = """query Q($x: Boolean = true, $n: Int) {
        me { identity { firstName lastName @include(if: $x) } debts(first: $n) { complete } } }"""
    understood, operation = understood_of(schema, text)

    def admit(rights: Rights, **variables: Any) -> int:
        before = policy.asked
        admissions.admit(rights, understood, operation, variables)
        return policy.asked - before

    one, other = Rights(CITIZEN, None, frozenset({"a"})), Rights(CITIZEN, None, frozenset({"b"}))
    assert admit(one, x=True, n=1) > 0
    assert admit(one, x=True, n=2) == 0, "a variable that no condition reads changes nothing"
    assert admit(one, x=False, n=1) > 0
    assert admit(other, x=True, n=1) > 0
    assert admit(other, x=True, n=1) == 0
    assert admissions.admit(None, understood, operation, {}).refused == {}


def test_one_callers_decision_is_never_anothers(schema: strawberry.Schema) -> None:
    admissions = Admissions(schema, Counting().releases)
    understood, operation = understood_of(schema, "{ me { pension { kind } } }")
    open_to = Rights(CITIZEN, None, frozenset({"Person.pension", "Pension.kind"}))
    for _ in range(2):
        assert admissions.admit(open_to, understood, operation, {}).refused == {}
        assert list(admissions.admit(Rights(CITIZEN), understood, operation, {}).refused.values()) == ["Person.pension"]


def test_no_more_decisions_are_kept_than_allowed(schema: strawberry.Schema) -> None:
    policy = Counting()
    admissions = Admissions(schema, policy.releases, kept=1)
    first = understood_of(schema, "{ me { pension { kind } } }")
    second = understood_of(schema, "{ me { pension { status } } }")
    for understood, operation in (first, second, first):
        before = policy.asked
        admissions.admit(Rights(CITIZEN), understood, operation, {})
        assert policy.asked > before


@pytest.mark.parametrize(
    ("text", "introspection", "is_open"),
    [
        ("{ __typename }", False, True),
        ("{ __typename ...F } fragment F on Query { __typename }", False, True),
        ("{ __schema { queryType { name } } }", False, False),
        ("{ __schema { queryType { name } } }", True, True),
        ("{ me { id } }", True, False),
        ("{ ...F } fragment F on Query { me { id } }", True, False),
        ("{ ... @skip(if: true) { me { id } } __typename }", True, False),
    ],
)
def test_the_nameless_may_ask_for_nothing_of_anybodys(
    schema: strawberry.Schema, text: str, introspection: bool, is_open: bool
) -> None:
    understood, operation = understood_of(schema, text)
    assert is_open_to_the_nameless(understood, operation, open_introspection=introspection) is is_open
