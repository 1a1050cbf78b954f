"""Whatever is asked, and whatever fails: each value that left is on record about whom it is, and nothing else is.

The oracle knows the operations by how they were made, not by reading them: which key of the answer is which field, and
below whom. It shares no code with what reads selections.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.failure import SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.operation.execution import ExecutionSettings
from gateway.schema import build_schema
from tests.operation.audit.recorded_gateway import PSEUDONYMS, recorded_gateway
from tests.resolvers.conftest import MINA, REZA, SARA, SYSTEMS, World, facts

# By type: its values, and the fields that lead on. `Day` counts as a value of the field that leads to it.
VALUES = {
    "Person": ["id", "nationalId"],
    "Identity": ["firstName", "fatherName", "gender", "birth { jalali gregorian }", "death { jalali }"],
    "Dependent": ["nationalId", "relation", "firstName", "since { jalali }"],
    "Coverage": ["status"],
    "Pension": ["number", "endDate { jalali }"],
    "Provenance": ["source", "freshness"],
    "DebtConnection": ["complete"],
    "Debt": ["amount", "reason", "issued { precision }"],
    "PremiumPaymentConnection": ["totalCount"],
    "PremiumPayment": ["amount", "paidAt", "findings"],
    "PageInfo": ["hasNextPage", "startCursor"],
}
LEADS = {
    "Person": {
        "identity": "Identity",
        "dependents": "Dependent",
        "pension": "Pension",
        "debts(first: 2)": "DebtConnection",
        "payments(first: 2)": "PremiumPaymentConnection",
    },
    "Identity": {"provenance": "Provenance"},
    "Dependent": {"coverage": "Coverage", "person": "Person", "provenance": "Provenance"},
    "Pension": {"provenance": "Provenance"},
    "DebtConnection": {"nodes": "Debt", "pageInfo": "PageInfo"},
    "PremiumPaymentConnection": {"nodes": "PremiumPayment", "pageInfo": "PageInfo"},
}
FAILING = ("citizens_by_national_id", "pensions_by_person", "debt_pages_by_person", "payments_by_payer")


@dataclass
class Asked:
    """A selection as it was made: by key, the coordinate, and what is below (None for a value)."""

    text: list[str] = field(default_factory=list)
    below: dict[str, tuple[str, str, "Asked | None"]] = field(default_factory=dict)


@st.composite
def selections(draw: st.DrawFn, kind: str, depth: int = 4) -> Asked:
    asked = Asked()
    leads = sorted(LEADS.get(kind, {})) if depth else []
    names = draw(st.lists(st.sampled_from([*VALUES.get(kind, []), *leads]), min_size=1, max_size=4, unique=True))
    if not any(name in VALUES.get(kind, []) for name in names):
        names += VALUES[kind][:1] if kind in VALUES else []
    for number, name in enumerate(names):
        bare = name.partition(" ")[0].partition("(")[0]
        key = draw(st.sampled_from([bare, f"a{number}"]))
        lead = LEADS.get(kind, {}).get(name)
        inner = draw(selections(lead, depth - 1)) if lead else None
        text = f"{'' if key == bare else f'{key}: '}{name}"
        if inner:
            text += f" {{ {' '.join(inner.text)} }}"
        shape = draw(st.sampled_from(["{}", "{} @include(if: $yes)", "{} @skip(if: $yes)", "FRAGMENT", "ON"]))
        if shape == "FRAGMENT":
            text = f"... {{ {text} __typename }}"
        elif shape == "ON":
            text = f"... on {kind} {{ {text} }}"
        elif "@" in shape:
            head, brace, tail = text.partition(" {")
            text = f"{head}{shape.removeprefix('{}')}{brace}{tail}"
        asked.text.append(text)
        asked.below[key] = (f"{kind}.{bare}", lead or "", inner)
    return asked


def expected(value: Any, asked: Asked, kind: str, about: tuple[NationalId, ...], found: Any, path: Any = ()) -> None:
    for key, (coordinate, lead, inner) in asked.below.items():
        below = value.get(key)
        if below is None:
            continue
        if inner is None or below == []:
            for person in about:
                found[person].add(coordinate)
            continue
        for index, one in enumerate(below if isinstance(below, list) else [below]):
            whom = about
            if lead == "Dependent":
                whom = (*about, (MINA, REZA)[index])
            elif lead == "Person":
                whom = (about[-1],)
            expected(one, inner, lead, whom, found, (*path, key))


@pytest.fixture(scope="module")
def schema() -> strawberry.Schema:
    return build_schema()


async def _answer(schema: strawberry.Schema, asked: Asked, failing: set[str], sights: int) -> tuple[Any, Any]:
    world = World(schema, facts())
    for name in failing:
        world.failing[name] = SourceUnavailable(SYSTEMS.get(name, next(iter(SYSTEMS.values()))))
    async with recorded_gateway(world, execution=ExecutionSettings(sights=sights)) as gateway:
        query = f'query($yes: Boolean = true) {{ person(nationalId: "{SARA.digits}") {{ {" ".join(asked.text)} }} }}'
        said = await gateway.ask(query)
        return said.json(), gateway.kept.events


def test_what_is_recorded_is_what_left(schema: strawberry.Schema) -> None:
    reached: dict[str, int] = defaultdict(int)

    @given(
        asked=selections("Person"),
        failing=st.sets(st.sampled_from(FAILING), max_size=2),
        sights=st.sampled_from((1, 2)),  # run by a plan, and by graphql-core
    )
    @settings(max_examples=150, deadline=None)
    def whatever_is_asked(asked: Asked, failing: set[str], sights: int) -> None:
        said, events = asyncio.run(_answer(schema, asked, failing, sights))
        if "data" not in said:  # two fields under one key, or a variable that is not used
            return
        found: dict[NationalId, set[str]] = defaultdict(set)
        if said["data"]["person"]:
            expected(said["data"]["person"], asked, "Person", (SARA,), found)
        recorded = {
            (person, coordinate)
            for event in events
            for release in event.released
            for person in release.persons
            for coordinate in release.fields
        }
        names = {person: PSEUDONYMS.person(person) for person in found}
        assert recorded == {(names[person], coordinate) for person, fields in found.items() for coordinate in fields}
        reached["released"] += bool(recorded)
        reached["several persons"] += len(found) > 1
        reached["with errors"] += "errors" in said

    whatever_is_asked()
    assert reached["released"] >= 75, dict(reached)
    assert reached["several persons"] >= 15, dict(reached)
    assert reached["with errors"] >= 10, dict(reached)
