"""The table of who sees what (docs/guide/who-sees-what.md), against what a running gateway really releases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type, is_leaf_type

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from twin.named import NAMED

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text())
NOTHING = "–"
# What holds no fact: it follows the field that leads to it.
FACTLESS = frozenset({"provenance", "pageInfo", "complete", "gaps", "edges", "cursor", "id"})
LISTS = frozenset({"nodes", "entries"})


def tables() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Caller -> person -> view, and group -> view -> fields, as the page says."""
    whom, fields = (ROOT / "docs" / "guide" / "who-sees-what.md").read_text().split("## Of which fields")
    return _table(whom), _table(fields)


def _table(text: str) -> dict[str, dict[str, str]]:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    head, _, *body = rows
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


WHOM, FIELDS = tables()


def leaves(kind: str, above: str = "") -> Iterator[tuple[str, str]]:
    """Each fact below a type: its dotted name without lists, and its path in the answer."""
    type_ = SCHEMA.type_map[kind]
    assert isinstance(type_, GraphQLObjectType)
    for name, definition in type_.fields.items():
        below = get_named_type(definition.type)
        if (name in FACTLESS and (kind, name) != ("ContributionSummary", "gaps")) or below.name == "Person":
            continue
        if is_leaf_type(below) or below.name in {"Day", "Text"}:
            yield f"{above}{name}", below.name
        else:
            yield from leaves(below.name, above if name in LISTS else f"{above}{name}.")


def selection(kind: str) -> str:
    type_ = SCHEMA.type_map[kind]
    assert isinstance(type_, GraphQLObjectType)
    said = []
    for name, definition in type_.fields.items():
        below = get_named_type(definition.type)
        if (name in FACTLESS and (kind, name) != ("ContributionSummary", "gaps")) or below.name == "Person":
            continue
        said.append(name if is_leaf_type(below) else f"{name} {{ {selection(below.name)} }}")
    return " ".join(said)


def groups() -> dict[str, str]:
    person = SCHEMA.type_map["Person"]
    assert isinstance(person, GraphQLObjectType)
    return {name: get_named_type(f.type).name for name, f in person.fields.items() if name != "id"}


ARGUMENTS = {"eligibility": "(service: MEDICAL_COMMISSION)"}
ALL_GROUPS = " ".join(
    name if is_leaf_type(SCHEMA.type_map[kind]) else f"{name}{ARGUMENTS.get(name, '')} {{ {selection(kind)} }}"
    for name, kind in groups().items()
)
WHOLE = f"query Whole($id: NationalId!) {{ person(nationalId: $id) {{ {ALL_GROUPS} }} }}"


def named_in(group: str, view: str) -> frozenset[str]:
    said = FIELDS[group][view]
    if said == NOTHING:
        return frozenset()
    kind = groups()[group]
    every = frozenset({"*"} if is_leaf_type(SCHEMA.type_map[kind]) else {name for name, _ in leaves(kind)})
    if said == "*":
        return every
    named = frozenset(said.split())
    assert named <= every, f"{group}: no such fields {named - every}"
    return named


def released(value: Any, kind: str, above: str = "") -> Iterator[str]:
    """The dotted names of all facts in an answer that are not null."""
    if value is None:
        return
    if isinstance(value, list):
        for each in value:
            yield from released(each, kind, above)
        return
    type_ = SCHEMA.type_map[kind]
    if not isinstance(type_, GraphQLObjectType) or kind in {"Day", "Text"}:
        yield above.rstrip(".") or "*"
        return
    for name, said in value.items():
        below = get_named_type(type_.fields[name].type).name
        yield from released(said, below, above if name in LISTS else f"{above}{name}.")


def refused(said: dict[str, Any], group: str) -> set[str]:
    """The dotted names that are FORBIDDEN by us; a system that withholds a record names itself."""
    found = set()
    for error in said.get("errors", []):
        path, extensions = error["path"], error["extensions"]
        if path[:2] == ["person", group] and extensions["code"] == "FORBIDDEN" and "source" not in extensions:
            found.add(".".join(part for part in path[2:] if isinstance(part, str) and part not in LISTS))
    return found


@pytest.fixture(scope="module")
def production(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    """As it is served: with the shipped contracts and registers, and developers who see nobody."""
    papers = {"TAMIN_CONTRACTS": str(ROOT / "contracts"), "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers")}
    log = tmp_path_factory.mktemp("matrix") / "log"
    with served(running_twin.descriptor, log, open_to_developers=False, **papers) as gateway:
        yield gateway


def test_the_table_names_every_person_and_every_group() -> None:
    assert all(set(row) == set(NAMED) for row in WHOM.values())
    assert set(FIELDS) == set(groups())
    shipped = {path.stem for path in (ROOT / "contracts").glob("*.toml")}
    assert {caller.partition(":")[2] for caller in WHOM if caller.startswith("agency:")} == shipped
    assert {f"citizen:{name}" for name in NAMED} <= set(WHOM)


@pytest.mark.parametrize("caller", WHOM)
def test_a_caller_sees_what_the_table_says_and_nothing_else(
    caller: str, production: GatewayInTest, twin: TwinInTest
) -> None:
    for name in NAMED:
        view = WHOM[caller][name]
        twin.reset()
        said = production.ask(WHOLE, {"id": code(name)}, whom=caller)
        person = said["data"]["person"]
        if view == NOTHING:
            assert person is None, f"{caller} sees {name}"
            assert [error["extensions"]["code"] for error in said["errors"]] == ["FORBIDDEN"]
            asked = {system.partition(".")[0] for system in twin.asked()}
            assert asked <= ({"branch_databases"} if caller.startswith(("citizen", "employer")) else set())
            continue
        for group, kind in groups().items():
            named, found = named_in(group, view), set(released(person[group], kind))
            assert found <= named, f"{caller} sees {found - named} of {name}'s {group}"
            if not named:
                assert refused(said, group) == {""}, f"{caller} is not told that {name}'s {group} is closed"
            assert not refused(said, group) & (named | ({""} if named else set())), f"{caller}: {name}'s {group}"
