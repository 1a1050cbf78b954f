"""Each field of the graph has its scopes, printed; and what can be refused by itself can be null."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, is_non_null_type
from graphql import build_schema as build_from_text

from gateway.domain.caller import CallerKind
from gateway.rights.scopes import ALL, GRAPH, REQUIRED, SEEN_OF_DEPENDANT, STRUCTURAL, WAYS_IN, scopes_of_kind
from gateway.schema import build_schema
from gateway.schema.grantable import fields_of
from gateway.schema.printing import sdl


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema()._schema


def test_each_field_is_classified_and_no_rule_is_stale(graph: GraphQLSchema) -> None:
    coordinates = {coordinate for coordinate, _ in fields_of(graph)}
    assert sorted(coordinates - REQUIRED.keys()) == [], "say in gateway/rights/scopes.py who may see it"
    assert sorted(REQUIRED.keys() - coordinates) == [], "the field is gone: take its line out of the table"
    assert coordinates >= STRUCTURAL | WAYS_IN | SEEN_OF_DEPENDANT


def test_the_printed_schema_says_of_each_field_what_the_table_says() -> None:
    printed: dict[str, Any] = {}
    for name, kind in build_from_text(sdl()).type_map.items():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) or name.startswith("__"):
            continue
        for field_name, field in kind.fields.items():
            assert field.ast_node
            said = [d for d in field.ast_node.directives or () if d.name.value == "requiresScopes"]
            assert len(said) == 1, f"{name}.{field_name}"
            lists = said[0].arguments[0].value
            printed[f"{name}.{field_name}"] = tuple(
                tuple(scope.value for scope in both.values) for both in lists.values
            )
    assert printed == dict(REQUIRED)


def test_what_can_be_refused_by_itself_can_be_null(graph: GraphQLSchema) -> None:
    stuck = [c for c, field in fields_of(graph) if c not in STRUCTURAL and is_non_null_type(field.type)]
    assert stuck == [], "make the field nullable: a refusal must cost only itself"


def test_interfaces_have_nothing_but_structure(graph: GraphQLSchema) -> None:
    """Admission decides a field of an interface once for all types that it may be: that is enough only for these."""
    interfaces = {name for name, kind in graph.type_map.items() if isinstance(kind, GraphQLInterfaceType)}
    common = {f"{name}.{field}" for name in interfaces for field in graph.type_map[name].fields}  # type: ignore[attr-defined]
    concrete = {
        f"{kind.name}.{coordinate.partition('.')[2]}"
        for coordinate in common
        for kind in graph.get_possible_types(graph.type_map[coordinate.partition(".")[0]])  # type: ignore[arg-type]
    }
    assert common | concrete <= STRUCTURAL


def test_structure_holds_no_fact_about_a_person(graph: GraphQLSchema) -> None:
    echo = {"PersonItem.nationalId"}  # of what the client wrote itself
    for coordinate, field in fields_of(graph):
        said = [type(d).__name__ for d in field.extensions["strawberry-definition"].directives]
        assert coordinate not in STRUCTURAL or coordinate in echo or "SensitiveDirective" not in said, coordinate


def test_operators_and_developers_outside_a_sandbox_hold_no_scope_of_a_fact() -> None:
    for kind in (CallerKind.OPERATOR, CallerKind.DEVELOPER):
        assert scopes_of_kind(kind, sandbox=False) == {GRAPH}
    assert scopes_of_kind(CallerKind.DEVELOPER, sandbox=True) == ALL
    assert scopes_of_kind(CallerKind.AGENCY, sandbox=True) == frozenset()
    assert "workshop:read" not in scopes_of_kind(CallerKind.CITIZEN, sandbox=True)
