"""The worst case of calls that an operation is held against is never less than what the twin counted."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.domain.clock import SystemClock
from gateway.loading.counters import LocalCounters
from gateway.loading.keyring import Keyring
from gateway.loading.shapes import CallShapes
from gateway.operation.allowances import LimitSettings
from gateway.operation.budget import Budget
from gateway.operation.document import Documents
from gateway.operation.explanation import explained
from gateway.operation.weights import Weights
from gateway.schema import build_schema
from gateway.schema.printing import sdl
from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from twin.world import World

BRANCHES = 5
TYPES = {
    "ids": "[PersonRef!]!",
    "one": "NationalId!",
    "more": "Boolean!",
    "code": "WorkshopCode!",
    "branch": "BranchCode!",
}
LEAVES = {
    "identity": "identity { firstName }",
    "photo": "photo { mediaType }",
    "dependents": "dependents { relation }",
    "insurance": "insurance { status }",
    "contributionSummary": "contributionSummary { days }",
    "pension": "pension { kind }",
    "unemployment": "unemployment { stage }",
    "entitlement": "unemployment { approval entitlement { monthsLeft } }",
}
first = st.integers(1, 100)
pages = st.builds(
    lambda field, size: f"p{size}{field}: {field}(first: {size}) {{ complete }}",
    st.sampled_from(["contributionRecords", "payments", "debts"]),
    first,
)
ledgers = st.builds(
    lambda size: f"l{size}: debts(first: {size}) {{ nodes {{ ledger {{ entries {{ kind }} }} }} }}", st.integers(1, 5)
)
facts = st.one_of(st.sampled_from(sorted(LEAVES.values())), pages, ledgers)


def person_of(fields: list[str]) -> str:
    return "{ nationalId " + " ".join(fields) + " }"


people = st.lists(facts, max_size=5, unique=True).map(person_of)
supporters = st.builds(
    lambda own, theirs: person_of([*own, f"d: dependents {{ person {theirs} }}"]),
    st.lists(facts, max_size=3, unique=True),
    people,
)
selections = st.one_of(people, supporters)


@st.composite
def operations(draw: st.DrawFn) -> tuple[str, int]:
    """An operation over `$ids`, `$one` and a workshop, in any mixture; and how many ids."""
    roots = []
    if draw(st.booleans()):
        roots.append(f"many: persons(nationalIds: $ids) {{ person {draw(selections)} }}")
    if draw(st.booleans()):
        roots.append(f"less: persons(nationalIds: $ids) @include(if: $more) {{ person {draw(selections)} }}")
    roots += [
        f"one{n}: person(nationalId: $one) {each}" for n, each in enumerate(draw(st.lists(selections, max_size=2)))
    ]
    if draw(st.booleans()) or not roots:
        orders = "claimOrders { entries { kind } }" if draw(st.booleans()) else ""
        debts = "debts(first: 7) { nodes { ledger { entries { kind } } } }"
        roots.append(f"shop: workshop(code: $code, branch: $branch) {{ name {debts} {orders} }}")
    return " ".join(roots), draw(st.sampled_from([1, 2, 49, 51, 101, 130]))


@pytest.fixture(scope="module")
def worst() -> Callable[[str, dict[str, Any]], dict[str, int]]:
    clock, schema = SystemClock(), build_schema()
    shapes = CallShapes(branches=BRANCHES)
    budget = Budget(Weights(sdl()), LimitSettings(), LocalCounters(clock), Keyring(bytes(32)), clock, shapes)
    documents = Documents(schema)

    def of(text: str, variables: dict[str, Any]) -> dict[str, int]:
        estimate = explained(schema, documents, budget, text, variables)
        return {source.value.lower(): calls for source, calls in estimate.reach.calls.items()}

    return of


def counted(twin: TwinInTest) -> Counter[str]:
    """By system; the branches together."""
    return Counter(system.partition(".")[0] for system in twin.asked())


@pytest.fixture(scope="module")
def unlimited(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    """Answers however much it costs."""
    most = {"type_cost": 10**9, "field_cost": 10**9, "cost_per_minute": 10**12, "calls": {}}
    limits = json.dumps({"developer": most})
    log = tmp_path_factory.mktemp("unlimited") / "log"
    with served(running_twin.descriptor, log, TAMIN_LIMITS=limits) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def known(world: World, everyone: list[str]) -> Callable[[int, bool], dict[str, Any]]:
    """What variables may hold; a function, so that Hypothesis does not print a country."""
    shop = next(each for each in world.workshops if each.employer == code("kaveh"))
    named = {"one": code("sara"), "code": shop.code, "branch": shop.branch}
    return lambda size, more: {"ids": everyone[:size], "more": more, **named}


@given(operation=operations(), more=st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_operation_makes_more_calls_than_its_worst_case(
    unlimited: GatewayInTest,
    twin: TwinInTest,
    known: Callable[[int, bool], dict[str, Any]],
    worst: Callable[[str, dict[str, Any]], dict[str, int]],
    operation: tuple[str, int],
    more: bool,
) -> None:
    roots, size = operation
    used = {name: kind for name, kind in TYPES.items() if f"${name}" in roots}
    heading = "query (" + ", ".join(f"${name}: {kind}" for name, kind in used.items()) + ") "
    text = heading + "{ " + roots + " }"
    variables = {name: value for name, value in known(size, more).items() if name in used}
    twin.reset()
    unlimited.ask(text, variables)
    bound, made = worst(text, variables), counted(twin)
    assert all(made[system] <= bound[system] for system in made), (made, bound, text)


def test_the_worst_case_of_a_bulk_holds_where_every_system_is_asked(
    unlimited: GatewayInTest,
    twin: TwinInTest,
    known: Callable[[int, bool], dict[str, Any]],
    worst: Callable[[str, dict[str, Any]], dict[str, int]],
) -> None:
    own = (
        " ".join(LEAVES[name] for name in ("identity", "photo", "insurance", "entitlement")) + " payments { complete }"
    )
    below = "dependents { person { identity { firstName } insurance { status } } }"
    text = f"query($ids: [PersonRef!]!) {{ persons(nationalIds: $ids) {{ person {{ {own} {below} }} }} }}"
    variables = {"ids": known(130, False)["ids"]}
    unlimited.ask(text, variables)
    bound, made = worst(text, variables), counted(twin)
    assert all(0 < made[system] <= bound[system] for system in made), (made, bound)
    assert made["civil_registry"] > 260  # the dependants' identities too


def test_whether_somebody_is_the_callers_dependant_is_part_of_the_worst_case(
    unlimited: GatewayInTest, twin: TwinInTest, worst: Callable[[str, dict[str, Any]], dict[str, int]]
) -> None:
    text = "query($one: NationalId!) { person(nationalId: $one) { identity { firstName } } }"
    variables = {"one": code("mina")}
    said = unlimited.ask(text, variables, whom="citizen:sara")
    assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    made = counted(twin)
    assert made["civil_registry"] == 0
    assert 0 < made["branch_databases"] <= worst(text, variables)["branch_databases"]
