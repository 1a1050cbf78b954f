"""The only contact with the inside of Strawberry and graphql-core. Tests fail here when an upgrade moves it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.error import located_error
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.executor import Executor, default_type_resolver, invalid_return_type_error
from graphql.execution.get_variable_signature import GraphQLVariableSignature as VariableSignature
from graphql.execution.get_variable_signature import get_variable_signature as signature_of
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from graphql.execution.values import VariableValueSource as VariableSource
from graphql.pyutils import Path, gather_with_cancel
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.execution import optimized_is_awaitable as is_awaitable
from strawberry.relay import GlobalID
from strawberry.schema.schema import _OperationContextAwareGraphQLResolveInfo
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types import Info
from strawberry.types.arguments import _is_leaf_type, convert_arguments
from strawberry.types.base import StrawberryList, StrawberryMaybe, StrawberryOptional

if TYPE_CHECKING:
    import strawberry
    from strawberry.types.field import StrawberryField

__all__ = [
    "FieldDetails",
    "GraphQLAbstractType",
    "LazyInfo",
    "Path",
    "VariableSignature",
    "VariableSource",
    "VariableValues",
    "arguments_of",
    "coerced_variables",
    "collected",
    "definition_of",
    "fragment_details",
    "graph_of",
    "helpers_of",
    "invalid_return_type_error",
    "is_awaitable",
    "keeps_wrappers",
    "located_error",
    "passed_on",
    "raw_info",
    "relocated",
    "runtime_type_name",
    "signature_of",
    "unplaced_info",
    "valid_runtime_type",
]

Details = list[FieldDetails]


def graph_of(schema: "strawberry.Schema") -> GraphQLSchema:
    return schema._schema


def keeps_wrappers(schema: "strawberry.Schema") -> bool:
    """Whether each resolver keeps Strawberry's wrapper: where exceptions become values, or an Info has more to tell."""
    handles_exceptions = bool(getattr(schema.schema_converter, "exception_handlers", ()))
    return handles_exceptions or schema.config.info_class is not Info


def definition_of(field: GraphQLField) -> "StrawberryField | None":
    return cast("StrawberryField | None", field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF))


def fragment_details(definition: FragmentDefinitionNode) -> FragmentDetails:
    return FragmentDetails(definition, None)


def coerced_variables(
    graph: GraphQLSchema, operation: OperationDefinitionNode, said: Mapping[str, Any], *, most_errors: int
) -> VariableValues | list[GraphQLError]:
    """The variables with their defaults, each of its type; or why they do not fit."""
    return get_variable_values(
        graph, operation.variable_definitions or (), dict(said), max_errors=most_errors, hide_suggestions=True
    )


def collected(
    graph: GraphQLSchema,
    fragments: dict[str, FragmentDetails],
    variables: VariableValues,
    operation: OperationDefinitionNode,
    kind: GraphQLObjectType,
    above: Details | None,
) -> dict[str, Details]:
    """The fields of one place by their response keys, merged, as @skip and @include leave them; `above` None: root."""
    if above is None:
        return collect_fields(graph, fragments, variables, kind, operation, hide_suggestions=True).grouped_field_set
    return collect_subfields(
        graph, fragments, variables, operation, kind, above, hide_suggestions=True
    ).grouped_field_set


def arguments_of(
    schema: "strawberry.Schema",
    field: GraphQLField,
    node: FieldNode,
    variables: VariableValues,
    *,
    converted_for: "StrawberryField | None",
    info: Callable[[], Info[Any, Any]],
) -> dict[str, Any]:
    """Raises GraphQLError for what does not fit. `converted_for`: by Python's names and types, for its resolver."""
    values = get_argument_values(field, node, variables, None, hide_suggestions=True)
    if converted_for is None:
        return values
    converter = schema.schema_converter
    return convert_arguments(
        values,
        converted_for.arguments,
        scalar_registry=converter.scalar_registry,
        config=converter.config,
        info=info(),
    )


def passed_on(schema: "strawberry.Schema", field: "StrawberryField") -> Iterator[tuple[str, str, bool | None]]:
    """Of each argument its name, its resolver's parameter, and whether Strawberry passes on what graphql-core coerced:
    False, the value itself; True, a list of the same values; None, what it makes of it."""
    converter = schema.schema_converter
    for argument in field.arguments:
        assert argument.python_name is not None  # noqa: S101 - it has an argument's
        yield (
            converter.config.name_converter.from_argument(argument),
            argument.python_name,
            _kept(schema, argument.type),
        )


def _kept(schema: "strawberry.Schema", kind: Any) -> bool | None:
    while isinstance(kind, StrawberryOptional) and not isinstance(kind, StrawberryMaybe):
        kind = kind.of_type
    registry = schema.schema_converter.scalar_registry
    if isinstance(kind, StrawberryList):
        return True if _kept(schema, kind.of_type) is False else None
    return False if _is_leaf_type(kind, registry, (GlobalID,)) else None


def helpers_of(track: Callable[[Sequence[Any]], None]) -> GraphQLResolveInfoHelpers:
    """`track` is given what nobody waits for any more."""
    return GraphQLResolveInfoHelpers(gather=lambda values: gather_with_cancel(*values), track=track)


def raw_info(
    field_name: str,
    nodes: list[FieldNode],
    field: GraphQLField,
    parent: GraphQLObjectType,
    path: Path,
    *,
    graph: GraphQLSchema,
    fragments: dict[str, FragmentDefinitionNode],
    root: object,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    context: object,
    helpers: GraphQLResolveInfoHelpers,
) -> GraphQLResolveInfo[Any]:
    """What Strawberry's own executor would pass."""
    return cast(
        "GraphQLResolveInfo[Any]",
        _OperationContextAwareGraphQLResolveInfo(
            field_name,
            nodes,
            field.type,
            parent,
            path,
            graph,
            fragments,
            root,
            operation,
            variables.coerced,
            context,
            is_awaitable,
            None,
            helpers,
            cast("dict[str, Any]", None),
        ),
    )


class LazyInfo(Info[Any, Any]):
    """Strawberry's Info. What graphql-core would have built for it is made when it is asked for something of it."""

    def __init__(self, context: object, field: "StrawberryField", raw: Callable[[], GraphQLResolveInfo[Any]]) -> None:
        self._context = context
        self._its_field = field
        self._raw = raw
        self._made: GraphQLResolveInfo[Any] | None = None

    @property
    def context(self) -> Any:
        return self._context

    @property
    def _field(self) -> "StrawberryField":  # type: ignore[override]  # a property in place of a dataclass's field
        return self._its_field

    @property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        if self._made is None:
            self._made = self._raw()
        return self._made


class _Unplaced:
    """An info that knows no place. Whatever asks it for more than the context fails."""

    def __init__(self, context: object) -> None:
        self.context = context


def unplaced_info(context: object) -> LazyInfo:
    """For generated code, which does not know where in the answer it is."""
    return LazyInfo(context, cast("Any", None), lambda: cast("Any", _Unplaced(context)))


def runtime_type_name(kind: GraphQLAbstractType, value: object, info: GraphQLResolveInfo[Any]) -> Any:
    """A name, or an awaitable of one."""
    return (kind.resolve_type or default_type_resolver)(value, info, kind)


class _OfSchema:
    """As much of an executor as `Executor.ensure_valid_runtime_type` reads."""

    def __init__(self, graph: GraphQLSchema) -> None:
        self.schema = graph


def valid_runtime_type(
    graph: GraphQLSchema,
    name: Any,
    kind: GraphQLAbstractType,
    details: Details,
    info: GraphQLResolveInfo[Any],
    value: object,
) -> GraphQLObjectType:
    """Raises GraphQLError where `name` is no possible type."""
    return Executor.ensure_valid_runtime_type(cast("Executor[Any]", _OfSchema(graph)), name, kind, details, info, value)


def relocated(error: GraphQLError, path: Sequence[str | int]) -> GraphQLError:
    """The same error in another place of the answer: its place in the text, which takes reading, is found once."""
    other = GraphQLError.__new__(GraphQLError, *error.args)
    for name in GraphQLError.__slots__:
        setattr(other, name, getattr(error, name))
    other.path = list(path)
    return other
