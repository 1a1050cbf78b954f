"""The cost of an operation, by the rules of the IBM specification, on a schema made for it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.cost import Cost, CostPlan
from gateway.operation.places import UNSAID, places_of
from gateway.operation.weights import Weights

SDL = """
directive @cost(weight: String!) on
  ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
  requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION

interface Thing { name: String, next: Thing }
type User implements Thing {
  name: String, age: Int @cost(weight: "2.0"), next: Thing, friends: [User] @listSize(assumedSize: 5)
}
type Robot implements Thing @cost(weight: "10") { name: String, next: Thing, parts: [Part] @listSize(assumedSize: 7) }
type Part { of: Robot }
type Page { edges: [Edge!], nodes: [User!], total: Int }
type Edge { node: User }
type Loner { self: Loner }
input Filter { most: Int, inner: Filter, dear: String @cost(weight: "3") }
type Query {
  users(max: Int): [User] @listSize(slicingArguments: ["max"])
  some(first: Int, last: Int): [User]
    @listSize(assumedSize: 20, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
  byIds(ids: [ID!]!): [User] @listSize(assumedSize: 1000, slicingArguments: ["ids"])
  filtered(filter: Filter): [User]
    @listSize(assumedSize: 9, slicingArguments: ["filter.most"], requireOneSlicingArgument: false)
  page(first: Int = 20): Page @cost(weight: "10") @listSize(assumedSize: 20, slicingArguments: ["first"],
    sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
  unsaid: [Loner]
  thing(how: String @cost(weight: "4")): Thing
  cheap(less: Boolean @cost(weight: "-5")): Loner
}
"""
WEIGHTS = Weights(SDL)


def cost(text: str, **variables: Any) -> Cost:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return CostPlan(places_of(document, operation, WEIGHTS), WEIGHTS, operation.operation).of(variables)


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        # the example of the specification: five users, their ages weigh two each
        ("{ users(max: 5) { name age } }", {}, Cost(types=1 + 5, fields=1 + 5 * 2)),
        ("query($n: Int) { users(max: $n) { age } }", {"n": 3}, Cost(types=1 + 3, fields=1 + 3 * 2)),
        ("{ __typename }", {}, Cost(types=1, fields=0)),
        ("{ users(max: 2) { friends { friends { name } } } }", {}, Cost(1 + 2 + 10 + 50, 1 + 2 + 10)),
        ("{ some { name } }", {}, Cost(1 + 20, 1)),
        ("{ some(first: 3, last: 4) { name } }", {}, Cost(1 + 4, 1)),
        ("query($a: Int, $b: Int) { some(first: $a, last: $b) { name } }", {"a": 6, "b": 5}, Cost(1 + 6, 1)),
        ("query($a: Int) { some(first: $a) { name } }", {"a": None}, Cost(1 + 20, 1)),
        ("query($a: Int) { some(first: $a) { name } }", {"a": -7}, Cost(1, 1)),
        ("query($ids: [ID!]!) { byIds(ids: $ids) { age } }", {"ids": ["a", "b"]}, Cost(1 + 2, 1 + 4)),
        ('{ byIds(ids: ["a", "b", "c"]) { age } }', {}, Cost(1 + 3, 1 + 6)),
        ("{ filtered(filter: {most: 4}) { age } }", {}, Cost(1 + 4, 1 + 1 + 4 * 2)),
        (
            "query($f: Filter) { filtered(filter: $f) { age } }",
            {"f": {"most": 2, "dear": "x", "inner": {"dear": "y"}}},
            Cost(1 + 2, 1 + 1 + (3 + 1 + 3) + 2 * 2),
        ),
        ('{ filtered(filter: {dear: "x", inner: {}}) { name } }', {}, Cost(1 + 9, 1 + 1 + 3 + 1)),
        # a connection: its own field is asked once, what `first` says counts below
        ("{ page(first: 3) { total edges { node { age } } nodes { age } } }", {}, Cost(2 + 6 + 3, 10 + 2 + 3 + 6 + 6)),
        ("query($n: Int = 20) { page(first: $n) { nodes { name } } }", {"n": 20}, Cost(2 + 20, 10 + 1)),
        ("{ unsaid { self { self { __typename } } } }", {}, Cost(1 + 3 * UNSAID, 1 + 2 * UNSAID)),
        ('{ thing(how: "so") { name } }', {}, Cost(2, 1 + 4)),
        # never below nothing
        ("{ cheap(less: true) { __typename } }", {}, Cost(2, 0)),
    ],
)
def test_the_cost_is_that_of_the_specification(text: str, variables: dict[str, Any], expected: Cost) -> None:
    assert cost(text, **variables) == expected


def test_of_an_abstract_type_the_dearer_alternative_counts() -> None:
    assert cost("{ thing { ... on User { age } ... on Robot { parts { __typename } } } }") == Cost(1 + 1 + 7, 1 + 2)


def test_fields_of_one_name_in_one_place_are_one() -> None:
    merged = (
        "{ users(max: 5) { age friends { name } } users(max: 5) { age ...F } } fragment F on User { friends { age } }"
    )
    assert cost(merged) == cost("{ users(max: 5) { age friends { name age } } }")
    assert cost("{ a: users(max: 5) { age } b: users(max: 5) { age } }") == Cost(1 + 10, 2 + 20)


def test_what_is_left_out_costs_nothing() -> None:
    text = """query($a: Boolean!, $b: Boolean!) {
      users(max: 5) @include(if: $a) { age @skip(if: $b) ... @include(if: $b) { friends { name } } }
    }"""
    assert cost(text, a=False, b=True) == Cost(1, 0)
    assert cost(text, a=True, b=False) == Cost(6, 1 + 10)
    assert cost(text, a=True, b=True) == Cost(6 + 25, 1 + 5)
    assert cost("{ users(max: 5) @skip(if: true) { age } }") == Cost(1, 0)


def test_a_field_under_two_conditions_counts_if_either_holds() -> None:
    text = "query($a: Boolean!, $b: Boolean!) { ...F @include(if: $a) ...G @include(if: $b) }"
    text += " fragment F on Query { users(max: 1) { age } } fragment G on Query { users(max: 1) { age } }"
    assert [cost(text, a=a, b=b).types for a, b in ((False, False), (True, False), (False, True), (True, True))] == [
        1,
        2,
        2,
        2,
    ]


@pytest.mark.parametrize("text", ["{ users { name } }", "{ byIds { name } }"])
def test_a_list_that_needs_its_size_said_is_refused_without(text: str) -> None:
    with pytest.raises(Refused, match="needs exactly one argument that says how many entries") as raised:
        cost(text)
    assert raised.value.code is Code.BAD_USER_INPUT


def test_fragments_that_multiply_conditions_stay_cheap_to_plan() -> None:
    levels = 60
    fan = "".join(
        f"fragment F{i} on Query {{ ...F{i + 1} @include(if: $a) ...F{i + 1} @include(if: $b) }} "
        for i in range(levels)
    )
    text = (
        f"query($a: Boolean!, $b: Boolean!) {{ ...F0 }} {fan} fragment F{levels} on Query {{ users(max: 1) {{ age }} }}"
    )
    assert cost(text, a=True, b=True).types == 2  # and ends at all
