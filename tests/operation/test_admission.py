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
