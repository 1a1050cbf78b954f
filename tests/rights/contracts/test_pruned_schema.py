"""What an agency is shown of the graph, held against the raw text of its contract."""

import tomllib
from pathlib import Path

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_schema,
    validate,
    validate_schema,
)

from gateway.schema.grantable import fields_of
from gateway.schema.pruning import pruned
from gateway.schema.sample_query import sample_query
from tests.rights.contracts.conftest import SHIPPED

AGENCIES = ("court", "insurance-fund", "relief")

# Written out here and nowhere read off the code: what holds no fact, and so follows.
FOLLOWING_TYPES = {
    "Provenance",
    "PageInfo",
    "Gap",
    "Day",
    "PersonItem",
    "Wording",
    "PasscodeRefused",
    "PasscodesClosed",
}
FOLLOWING = {
    "Person.id",
    *(f"{group}.provenance" for group in ("Identity", "Insurance", "Pension", "Dependent", "UnemploymentCase")),
    "ContributionSummary.provenance",
    *(
        f"ContributionRecordConnection.{name}"
        for name in ["edges", "nodes", "pageInfo", "complete", "gaps", "provenance"]
    ),
    "ContributionRecordEdge.node",
    "ContributionRecordEdge.cursor",
}


def named_in(agency: str) -> frozenset[str]:
    return frozenset(tomllib.loads((SHIPPED / f"{agency}.toml").read_text(encoding="utf-8"))["fields"])


def coordinates(schema: GraphQLSchema) -> set[str]:
    return {
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not is_introspection_type(kind)
        for field in kind.fields
    }


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_contracts_part_is_a_schema_for_other_tools(agency: str, graph: GraphQLSchema) -> None:
    read = build_schema(print_schema(pruned(graph, named_in(agency))))
    assert validate_schema(read) == []


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_is_shown_what_its_contract_names_and_what_follows(agency: str, graph: GraphQLSchema) -> None:
    named = named_in(agency)
    shown = coordinates(pruned(graph, named))
    assert named <= shown
    further = {one for one in shown - named if one.partition(".")[0] not in FOLLOWING_TYPES}
    assert further <= FOLLOWING


@pytest.mark.parametrize("agency", AGENCIES)
def test_no_type_is_shown_that_nothing_leads_to(agency: str, graph: GraphQLSchema) -> None:
    part = pruned(graph, named_in(agency))
    needed = {"Query"} | ({part.mutation_type.name} if part.mutation_type else set())
    for kind in part.type_map.values():
        if isinstance(kind, GraphQLUnionType):
            assert kind.types, kind.name
            needed |= {one.name for one in kind.types}
        if isinstance(kind, GraphQLInputObjectType):
            needed |= {get_named_type(field.type).name for field in kind.fields.values()}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not is_introspection_type(kind):
            assert kind.fields, kind.name
            for field in kind.fields.values():
                needed |= {get_named_type(field.type).name}
                needed |= {get_named_type(argument.type).name for argument in field.args.values()}
    own = {
        name
        for name, kind in part.type_map.items()
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
    }
    assert own <= needed


def test_the_relief_body_is_shown_exactly_these_types(graph: GraphQLSchema) -> None:
    part = pruned(graph, named_in("relief"))
    own = {name for name, kind in part.type_map.items() if not is_introspection_type(kind)}
    assert own == {
        "Query",
        "Person",
        "Identity",
        "Insurance",
        "Dependent",
        "Coverage",
        "UnemploymentCase",
        "Provenance",
        "Day",
        "NationalId",
        "JalaliDate",
        "Date",
        "DateTime",
        "LifeStatus",
        "InsuranceStatus",
        "Relation",
        "CoverageStatus",
        "CaseStage",
        "Approval",
        "Source",
        "Freshness",
        "Precision",
        "ID",
        "String",
        "Boolean",
        "Int",
    }
    assert "persons" not in part.type_map["Query"].fields  # type: ignore[attr-defined]


def test_a_group_whose_facts_are_hidden_is_hidden_too(graph: GraphQLSchema) -> None:
    part = pruned(graph, frozenset({"Query.person", "Person.identity", "Person.nationalId", "Person.payments"}))
    assert coordinates(part) == {"Query.person", "Person.id", "Person.nationalId"}


def test_a_way_that_goes_round_leads_nowhere_without_a_fact(graph: GraphQLSchema) -> None:
    part = pruned(graph, frozenset({"Query.person", "Person.dependents", "Dependent.person"}))
    assert coordinates(part) == set()


def test_an_interface_is_shown_where_a_field_answers_it(graph: GraphQLSchema) -> None:
    part = pruned(graph, frozenset({"Query.node", "Query.person", "Person.nationalId"}))
    assert coordinates(part) == {"Query.node", "Query.person", "Node.id", "Person.id", "Person.nationalId"}
    assert validate_schema(build_schema(print_schema(part))) == []


def test_all_that_there_is_is_the_whole_graph(graph: GraphQLSchema) -> None:
    everything = frozenset(coordinate for coordinate, _ in fields_of(graph))
    part = pruned(graph, everything)
    assert coordinates(part) == coordinates(graph)
    for_directives_alone = {"SensitivityLevel"}
    assert set(graph.type_map) - set(part.type_map) == for_directives_alone


def test_pruning_leaves_the_graph_as_it_was(graph: GraphQLSchema) -> None:
    before = print_schema(graph)
    pruned(graph, named_in("court"))
    assert print_schema(graph) == before


@pytest.mark.parametrize("agency", AGENCIES)
def test_the_sample_query_is_valid_and_asks_for_all_that_the_contract_names(agency: str, graph: GraphQLSchema) -> None:
    named = named_in(agency)
    text = sample_query(pruned(graph, named))
    document = parse(text)
    assert validate(graph, document) == []
    assert validate(build_schema(print_schema(pruned(graph, named))), document) == []
    for coordinate in named:
        assert f" {coordinate.partition('.')[2]}" in text, coordinate


def test_the_sample_query_goes_no_circles(graph: GraphQLSchema) -> None:
    everything = frozenset(coordinate for coordinate, _ in fields_of(graph))
    text = sample_query(pruned(graph, everything))
    assert validate(graph, parse(text)) == []


def test_the_committed_contracts_are_these() -> None:
    assert sorted(path.stem for path in Path(SHIPPED).glob("*.toml")) == sorted(AGENCIES)
