"""What is read without going through the types is what graphql-core and Strawberry make of it, value for value."""

import enum
from typing import Any

import pytest
import strawberry
from graphql import FieldNode, OperationDefinitionNode, parse
from hypothesis import given
from hypothesis import strategies as st
from strawberry.relay import GlobalID

from executor import Inputs, VariableValues, contacts
from executor.inputs import handed, values_of


@strawberry.enum
class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Shade:
    colour: Colour
    depth: int = 1


@strawberry.type
class Query:
    @strawberry.field
    def asked(
        self,
        number: int,
        word: str | None = None,
        colour: Colour | None = None,
        numbers: list[int] | None = None,
        colours: list[Colour | None] | None = None,
        grid: list[list[int]] | None = None,
        shade: Shade | None = None,
        place: GlobalID | None = None,
        sure: strawberry.Maybe[int] = None,
        most: int = 10,
    ) -> str:
        return repr((number, word, colour, numbers, colours, grid, shade, place, sure, most))

    @strawberry.field
    def plain(self, number: int, words: list[str], colour: Colour) -> str:
        return repr((number, words, colour))


SCHEMA = strawberry.Schema(Query)
GRAPH = contacts.graph_of(SCHEMA)
assert GRAPH.query_type is not None
FIELDS = GRAPH.query_type.fields
ARGUMENTS = {
    "number": "Int!",
    "word": "String",
    "colour": "Colour",
    "numbers": "[Int!]",
    "colours": "[Colour]",
    "grid": "[[Int!]!]",
    "shade": "Shade",
    "place": "ID",
    "sure": "Int",
    "most": "Int!",
}
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False),
    st.sampled_from(["RED", "x", ""]),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["colour", "depth"]), inner)),
    max_leaves=5,
)
likely = {
    "Int!": st.integers(0, 9), "Int": st.integers(0, 9), "String": st.just("a"), "Colour": st.just("RED"),
    "ID": st.just("YTox"),
    "[Int!]": st.lists(st.integers(0, 9), max_size=3), "[Colour]": st.lists(st.sampled_from(["RED", None]), max_size=3),
    "[[Int!]!]": st.lists(st.lists(st.integers(0, 9))), "Shade": st.just({"colour": "BLUE"}),
}  # fmt: skip


def operation_of(text: str) -> tuple[OperationDefinitionNode, FieldNode]:
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    (node,) = operation.selection_set.selections
    assert isinstance(node, FieldNode)
    return operation, node


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation with some of the variables, with and without defaults, and what is said for them."""
    names = draw(st.lists(st.sampled_from(sorted(ARGUMENTS)), unique=True, min_size=1))
    said: dict[str, Any] = {}
    definitions, arguments = [], []
    for name in names:
        kind = ARGUMENTS[name]
        default = " = 4" if kind.startswith("Int") and draw(st.booleans()) else ""
        definitions.append(f"${name}: {kind}{default}")
        arguments.append(f"{name}: ${name}")
        match draw(st.sampled_from(["fits", "fits", "fits", "any", "nothing"])):
            case "fits":
                said[name] = draw(likely[kind])
            case "any":
                said[name] = draw(values)
    if "number" not in names:
        arguments.append("number: 1")
    return f"query ({', '.join(definitions)}) {{ asked({', '.join(arguments)}) }}", said


@given(asked())
def test_variables_and_arguments_are_as_graphql_core_has_them(case: tuple[str, dict[str, Any]]) -> None:
    text, said = case
    operation, node = operation_of(text)
    expected = contacts.coerced_variables(GRAPH, operation, said, most_errors=5)
    got = Inputs(GRAPH, operation).coerced(said, most_errors=5)
    if not isinstance(expected, VariableValues):
        assert isinstance(got, list)
        assert [error.formatted for error in got] == [error.formatted for error in expected]
        return
    assert isinstance(got, VariableValues)
    assert got.coerced == expected.coerced
    assert said_of(got) == said_of(expected)
    assert handed(SCHEMA, FIELDS["asked"], node, _definition("asked")) is None, "it has a default"


def said_of(values: VariableValues) -> dict[str, tuple[str, Any]]:
    return {name: (str(source.signature.type), source.value) for name, source in values.sources.items()}


def _definition(name: str) -> Any:
    return contacts.definition_of(FIELDS[name])


def given_by_strawberry(node: FieldNode, values: VariableValues) -> dict[str, Any]:
    return contacts.arguments_of(
        SCHEMA,
        FIELDS["plain"],
        node,
        values,
        converted_for=_definition("plain"),
        info=lambda: None,  # type: ignore[arg-type,return-value]
    )


def test_variables_are_handed_on_as_strawberry_hands_them_on() -> None:
    text = "query ($n: Int!, $w: [String!]!, $c: Colour!) { plain(number: $n, words: $w, colour: $c) }"
    operation, node = operation_of(text)
    values = Inputs(GRAPH, operation).coerced({"n": 2, "w": ["a", "b"], "c": "BLUE"}, most_errors=1)
    assert isinstance(values, VariableValues)
    parameters = handed(SCHEMA, FIELDS["plain"], node, _definition("plain"))
    assert parameters is not None
    got = values_of(parameters, values)
    assert got == given_by_strawberry(node, values) == {"number": 2, "words": ["a", "b"], "colour": Colour.BLUE}
    assert got is not None
    got["words"].append("c")
    assert values.coerced["w"] == ["a", "b"], "a resolver may do with its list what it likes"


@pytest.mark.parametrize(
    "text",
    [
        "query ($n: Int!) { plain(number: $n, words: [], colour: RED) }",
        "query ($n: Int!, $w: [String!]!) { plain(number: $n, words: $w, colour: RED) }",
        '{ plain(number: 1, words: ["a"], colour: RED) }',
        "query ($w: String!) { plain(number: 1, words: [$w], colour: RED) }",
    ],
)
def test_whatever_is_more_than_a_variable_is_left_to_graphql_core(text: str) -> None:
    _, node = operation_of(text)
    assert handed(SCHEMA, FIELDS["plain"], node, _definition("plain")) is None


def test_a_variable_that_is_missing_or_null_is_left_to_graphql_core() -> None:
    operation, node = operation_of(
        "query ($n: Int = 1, $w: [String!] = [], $c: Colour = RED) { plain(number: $n, words: $w, colour: $c) }"
    )
    parameters = handed(SCHEMA, FIELDS["plain"], node, _definition("plain"))
    assert parameters is not None
    for said in ({"n": None}, {"w": None}, {"c": None}):
        values = Inputs(GRAPH, operation).coerced(said, most_errors=1)
        assert isinstance(values, VariableValues)
        assert values_of(parameters, values) is None
