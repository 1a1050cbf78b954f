"""The schema's own constitution."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_specified_directive,
    is_specified_scalar_type,
)
from graphql import (
    build_schema as build_from_text,
)

from gateway.schema import build_schema
from gateway.schema.printing import sdl

COMMITTED = Path(__file__).parents[2] / "schema.graphql"

# Values that say nothing about a person; every other value is @sensitive.
NOT_PERSONAL = {
    "Day.jalali",  # the field that holds the Day is
    "Day.gregorian",
    "Day.precision",
    "Gap.*",
    "PageInfo.*",
    "Photo.mediaType",
    "Provenance.*",
    "Node.id",  # sealed
    "Person.id",
    "Workshop.id",
    "Workshop.code",
    "Workshop.branch",
    "Workshop.name",
    "Workshop.active",
    "PersonItem.code",
    "*.cursor",  # sealed
    "*.complete",
    "Wording.*",  # the field that holds it is
    "ServiceRequest.id",
    "PaymentTicket.id",
    "PremiumListSubmission.id",
    "PremiumListSummary.workshop",
    "PremiumListSummary.branch",
    *(f"PremiumListFault.{where}" for where in ("file", "row", "column", "rule")),  # of the client's own input
    "NoSuchPayment.*",
    "InvalidInput.*",  # of the client's own input
    "IdempotencyKeyReused.*",
    "SystemBusy.*",
    "Certificate.issuer",  # this gateway
    "TooManyPasscodes.*",
    "PasscodesClosed.*",
}


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema()._schema


def fields(graph: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for name, kind in graph.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field


def directives(field: GraphQLField) -> dict[str, Any]:
    said = field.extensions["strawberry-definition"].directives
    return {type(directive).__strawberry_directive__.graphql_name: directive for directive in said}


def test_the_committed_schema_is_the_printed_one() -> None:
    assert COMMITTED.read_text() == sdl(), "the schema changed: run `make schema` and commit schema.graphql"


def test_the_printed_schema_is_a_schema_for_other_tools() -> None:
    read = build_from_text(sdl())
    assert read.query_type
    assert {"Person", "Dependent", "ContributionRecord", "Debt", "Workshop"} <= set(read.type_map)


def test_everything_is_described(graph: GraphQLSchema) -> None:
    bare = []
    for name, kind in graph.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            bare.append(name)
        if isinstance(kind, GraphQLEnumType):
            bare += [f"{name}.{value}" for value, said in kind.values.items() if not said.description]
    for coordinate, field in fields(graph):
        if not field.description:
            bare.append(coordinate)
        bare += [f"{coordinate}({argument}:)" for argument, said in field.args.items() if not said.description]
    for directive in graph.directives:
        if not is_specified_directive(directive):
            if not directive.description:
                bare.append(f"@{directive.name}")
            bare += [f"@{directive.name}({name}:)" for name, said in directive.args.items() if not said.description]
    assert not bare, "write a description for a front-end developer"


def test_each_scalar_of_ours_says_where_it_is_specified(graph: GraphQLSchema) -> None:
    scalars = [kind for kind in graph.type_map.values() if isinstance(kind, GraphQLScalarType)]
    bare = [kind.name for kind in scalars if not is_specified_scalar_type(kind) and not kind.specified_by_url]
    assert not bare
    guide = (COMMITTED.parent / "docs" / "guide" / "scalars.md").read_text()
    ours = [kind.name for kind in scalars if "scalars.md#" in (kind.specified_by_url or "")]
    assert [name for name in ours if f"## {name}\n" not in guide] == [], "specify it in docs/guide/scalars.md"


def test_each_field_with_a_source_is_nullable_and_has_a_cost(graph: GraphQLSchema) -> None:
    crossing = [(coordinate, field) for coordinate, field in fields(graph) if "source" in directives(field)]
    assert len(crossing) >= 16
    assert [coordinate for coordinate, field in crossing if is_non_null_type(field.type)] == []
    assert [coordinate for coordinate, field in crossing if "cost" not in directives(field)] == []


def test_each_way_to_a_person_or_workshop_is_nullable(graph: GraphQLSchema) -> None:
    assert graph.query_type
    assert [name for name, field in graph.query_type.fields.items() if is_non_null_type(field.type)] == []


def test_each_group_of_facts_says_where_it_comes_from(graph: GraphQLSchema) -> None:
    groups = [get_named_type(field.type) for _, field in fields(graph) if "source" in directives(field)]
    without = [kind.name for kind in groups if kind.name != "Node" and "provenance" not in getattr(kind, "fields", ())]
    assert not without


def test_each_value_is_sensitive_or_known_not_to_be(graph: GraphQLSchema) -> None:
    used = set()
    for coordinate, field in fields(graph):
        kind = get_named_type(field.type)
        owner, name = coordinate.split(".")
        exempt = {coordinate, f"{owner}.*", f"*.{name}"} & NOT_PERSONAL
        used |= exempt
        if is_leaf_type(kind) or kind.name == "Day":
            assert ("sensitive" in directives(field)) != bool(exempt), f"classify {coordinate}"
    assert used == NOT_PERSONAL, "stale exemptions"


def test_each_list_says_how_long_it_is(graph: GraphQLSchema) -> None:
    for coordinate, field in fields(graph):
        if not is_list_type(get_nullable_type(field.type)) or coordinate.endswith("Connection.gaps"):
            continue
        if coordinate.endswith(("Connection.edges", "Connection.nodes")):
            continue
        assert "listSize" in directives(field), f"say @listSize of {coordinate}"
    for coordinate, field in fields(graph):
        if get_named_type(field.type).name.endswith("Connection"):
            assert directives(field)["listSize"].sized_fields == ["edges", "nodes"], coordinate
            assert {"first", "after"} <= set(field.args)
