"""The worst case of calls to each system, on the real schema."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from gateway.domain.failure import Source
from gateway.loading.shapes import CallShapes
from gateway.operation.calls import CallPlan, Reach
from gateway.operation.places import places_of
from gateway.operation.weights import Weights
from gateway.schema.printing import sdl

REGISTRY, BANK, MINISTRY, BRANCHES = (
    Source.CIVIL_REGISTRY,
    Source.BANK_REFAH,
    Source.LABOUR_MINISTRY,
    Source.BRANCH_DATABASES,
)
SHAPES = CallShapes(branches=5, branches_a_person=4)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(sdl())


def reach(weights: Weights, text: str, **variables: Any) -> Reach:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return CallPlan(places_of(document, operation, weights), weights, SHAPES).of(variables)


def calls(weights: Weights, text: str, **variables: Any) -> tuple[int, ...]:
    said = reach(weights, text, **variables).calls
    return tuple(said[source] for source in (REGISTRY, BANK, MINISTRY, BRANCHES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ me { nationalId id } }", (0, 0, 0, 0)),
        ("{ me { identity { firstName } } }", (1, 0, 0, 0)),
        ("{ me { identity { firstName } photo { base64 } } }", (2, 0, 0, 0)),
        ("{ me { payments { totalCount } more: payments(first: 5) { totalCount } } }", (0, 2, 0, 0)),
        ("{ me { unemployment { stage } } }", (0, 0, 3, 0)),
        ("{ me { unemployment { stage entitlement { monthsLeft } } } }", (0, 0, 3, 4)),
        ("{ me { pension { kind } insurance { status } } }", (0, 0, 0, 8)),
        # ten dependants are assumed; each is a person of their own
        ("{ me { dependents { person { identity { firstName } insurance { status } } } } }", (10, 0, 0, 4 + 5)),
        # the ledgers of a hundred debts: a statement a branch at most, since debts name their branch
        ("{ me { debts(first: 100) { nodes { ledger { entries { kind } } } } } }", (0, 0, 0, 4 + 5)),
        ("{ me { debts(first: 2) { nodes { ledger { entries { kind } } } } } }", (0, 0, 0, 4 + 2)),
        (
            '{ workshop(code: "1", branch: "2") { debts { nodes { number } } claimOrders { entries { kind } } } }',
            (0, 0, 0, 3),
        ),
        (
            '{ node(id: "x") { ... on Person { identity { firstName } } ... on Workshop { debts { complete } } } }',
            (1, 0, 0, 2 + 4),
        ),
    ],
)
def test_each_field_with_a_source_asks_it_for_each_place(
    weights: Weights, text: str, expected: tuple[int, ...]
) -> None:
    assert calls(weights, text) == expected


@pytest.mark.parametrize(
    ("persons", "expected"),
    [
        (0, (0, 0, 0, 4)),
        (1, (1, 1, 3, 4 + 4)),
        (50, (50, 30, 5, 5 + 4)),
        (51, (51, 31, 7, 5 + 4)),
        (501, (501, 301, 43, 10 + 4)),
        (1000, (1000, 600, 81, 10 + 4)),
    ],
)
def test_persons_are_asked_in_batches_and_pages_and_who_they_are_to_the_caller_once(
    weights: Weights, persons: int, expected: tuple[int, ...]
) -> None:
    text = """query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person {
      identity { firstName } payments { totalCount } unemployment { stage } insurance { status } } } }"""
    assert calls(weights, text, ids=["x"] * persons) == expected


def test_persons_are_counted_as_often_as_the_operation_comes_to_them(weights: Weights) -> None:
    text = """query($ids: [PersonRef!]!) {
      me { dependents { person { id } } } persons(nationalIds: $ids) { person { id } } }"""
    assert reach(weights, text, ids=["x"] * 7).persons == 1 + 10 + 7


def test_what_is_left_out_asks_nobody(weights: Weights) -> None:
    text = "query($with: Boolean!) { me { identity { firstName } payments @include(if: $with) { totalCount } } }"
    assert calls(weights, text, **{"with": False}) == (1, 0, 0, 0)
    assert calls(weights, text, **{"with": True}) == (1, 1, 0, 0)
