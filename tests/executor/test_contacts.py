"""What of the inside of Strawberry and graphql-core the executor stands on. An upgrade that moves it fails here."""

import asyncio
import enum
import inspect
import re
from typing import Any

import graphql
import strawberry
from graphql import GraphQLError, OperationDefinitionNode, parse
from graphql.execution.executor import Executor
from graphql.pyutils import is_iterable
from strawberry.schema.schema import _OperationContextAwareGraphQLResolveInfo
from strawberry.types import Info

from executor import contacts
from executor.contacts import VariableValues
from tests.executor.oracle.reference import referred


class Silent(strawberry.permission.BasePermission):
    def has_permission(self, *_: Any, **__: Any) -> bool:
        return True


@strawberry.type
class Query:
    plain: int = 1
    guarded: int = strawberry.field(permission_classes=[Silent])

    @strawberry.field
    def asked(self, n: int, some_more: list[int] | None = None) -> str:
        return ""


SCHEMA = strawberry.Schema(Query)
FIELDS = SCHEMA._schema.query_type.fields  # type: ignore[union-attr]


def test_a_schema_holds_the_graph_of_graphql_core() -> None:
    assert isinstance(contacts.graph_of(SCHEMA), graphql.GraphQLSchema)


def test_a_field_of_the_graph_leads_back_to_strawberrys_own() -> None:
    for name in ("plain", "guarded", "asked"):
        assert contacts.definition_of(FIELDS[name]).python_name == name  # type: ignore[union-attr]
    bare = graphql.GraphQLField(graphql.GraphQLInt)
    assert contacts.definition_of(bare) is None


def test_a_field_says_whether_it_is_an_attribute_a_resolver_or_more() -> None:
    plain, guarded, asked = (contacts.definition_of(FIELDS[name]) for name in ("plain", "guarded", "asked"))
    assert plain is not None and guarded is not None and asked is not None  # noqa: PT018
    assert (plain.is_basic_field, plain.base_resolver, plain.extensions) == (True, None, [])
    assert (guarded.is_basic_field, len(guarded.extensions)) == (False, 1)
    assert (asked.is_basic_field, asked.extensions) == (False, [])
    resolver = asked.base_resolver
    assert resolver is not None
    assert callable(resolver.wrapped_func)
    for parameter in ("self_parameter", "parent_parameter", "root_parameter", "info_parameter"):
        assert hasattr(resolver, parameter), f"a resolver does not say any more which is its {parameter}"


def test_the_wrappers_are_kept_only_where_they_do_more() -> None:
    assert not contacts.keeps_wrappers(SCHEMA)


def test_arguments_become_what_the_resolver_takes() -> None:
    text = "query ($n: Int!) { asked(n: $n, someMore: 3) }"
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    values = contacts.coerced_variables(SCHEMA._schema, operation, {"n": 2.0}, most_errors=1)
    assert isinstance(values, VariableValues)
    assert values.coerced == {"n": 2}
    node = operation.selection_set.selections[0]
    assert isinstance(node, graphql.FieldNode)
    definition = contacts.definition_of(FIELDS["asked"])
    for converted_for, said in ((definition, {"n": 2, "some_more": [3]}), (None, {"n": 2, "someMore": [3]})):
        got = contacts.arguments_of(
            SCHEMA,
            FIELDS["asked"],
            node,
            values,
            converted_for=converted_for,
            info=lambda: None,  # type: ignore[arg-type,return-value]
        )
        assert got == said


def test_variables_that_do_not_fit_are_errors() -> None:
    operation = parse("query ($n: Int!) { asked(n: $n) }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    errors = contacts.coerced_variables(SCHEMA._schema, operation, {"n": "two"}, most_errors=1)
    assert isinstance(errors, list)
    assert isinstance(errors[0], GraphQLError)


def test_the_info_that_graphql_core_is_given_has_the_fields_that_ours_has() -> None:
    assert _OperationContextAwareGraphQLResolveInfo._fields == (
        "field_name",
        "field_nodes",
        "return_type",
        "parent_type",
        "path",
        "schema",
        "fragments",
        "root_value",
        "operation",
        "variable_values",
        "context",
        "is_awaitable",
        "abort_signal",
        "async_helpers",
        "operation_extensions",
    )


def test_an_info_reads_what_it_tells_from_two_attributes_and_its_context() -> None:
    """Another attribute would be missing from ours, which does not call its parent's maker."""
    assert [name for name in inspect.signature(Info.__init__).parameters if name != "self"] == ["_raw_info", "_field"]
    source = inspect.getsource(Info)
    for name in set(re.findall(r"self\.(_\w+)", source)):
        assert name in {"_raw_info", "_field"}, f"an Info reads {name} now, which LazyInfo has not"


def test_values_of_abstract_types_and_leaves_are_completed_by_graphql_cores_own_functions() -> None:
    assert list(inspect.signature(Executor.complete_leaf_value).parameters) == ["return_type", "result"]
    assert list(inspect.signature(Executor.ensure_valid_runtime_type).parameters)[1:] == [
        "runtime_type_name",
        "return_type",
        "field_details_list",
        "info",
        "result",
    ]
    source = inspect.getsource(Executor.ensure_valid_runtime_type)
    assert set(re.findall(r"self\.(\w+)", source)) == {"schema"}, "it reads more of an executor now"


def test_an_error_is_moved_with_all_that_it_says() -> None:
    node = parse("{\n  plain }").definitions[0].selection_set.selections[0]  # type: ignore[attr-defined]
    error = GraphQLError("said", [node], path=["a"], original_error=ValueError(), extensions={"code": "X"})
    moved = contacts.relocated(error, ["b", 1])
    assert (moved.path, error.path) == (["b", 1], ["a"])
    assert (moved.message, moved.locations, moved.extensions, moved.original_error) == (
        error.message,
        error.locations,
        error.extensions,
        error.original_error,
    )
    assert str(moved) == str(error)


def test_the_members_of_an_enumeration_are_those_of_its_python_class() -> None:
    """Else names would be looked up by whatever the type calls them, one value at a time."""

    @strawberry.enum
    class Colour(enum.Enum):
        RED = "r"

    @strawberry.type
    class Holder:
        colour: Colour

    kind = strawberry.Schema(Holder)._schema.type_map["Colour"]
    assert isinstance(kind, graphql.GraphQLEnumType)
    assert kind.wrapped_cls is Colour, "an enumeration's type does not tell its Python class any more"  # type: ignore[attr-defined]
    assert kind.coerce_output_value(Colour.RED) == "RED"


def test_lists_are_iterables_that_are_no_texts_and_no_mappings() -> None:
    values: list[Any] = [[], (), iter(()), "a", b"a", {}, 5]
    assert [is_iterable(value) for value in values] == [True, True, True, *[False] * 4]


async def test_graphql_core_can_be_told_not_to_let_nulls_spread() -> None:
    """The oracle is: else the comparison could not tell an error that is hidden from one that is made up."""

    @strawberry.type
    class Query:
        @strawberry.field
        def fails(self) -> str:
            raise ValueError("failed")

        @strawberry.field
        async def fails_too(self) -> str:
            await asyncio.sleep(0)
            raise ValueError("failed too")

    result = await referred(strawberry.Schema(Query), parse("{ fails failsToo }"), {}, propagates=False)
    assert result.data == {"fails": None, "failsToo": None}
    assert sorted(error.message for error in result.errors or ()) == ["failed", "failed too"]
