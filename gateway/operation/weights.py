"""What a schema says of cost: `@cost`, `@listSize` and `@source`, read from its SDL.

After the IBM GraphQL cost directives specification. Without `@cost` an object weighs 1 and a value 0, as a type, as a
field and as an argument.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationType,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_list_type,
    value_from_ast_untyped,
)

from gateway.domain.failure import Source


@dataclass(frozen=True, slots=True)
class Sizing:
    """`slicing` holds paths such as ("first",) or ("filter", "max"); a list given there counts by its length."""

    assumed: int | None = None
    slicing: tuple[tuple[str, ...], ...] = ()
    sized_fields: frozenset[str] = frozenset()
    require_one: bool = False


@dataclass(frozen=True, slots=True)
class InputWeight:
    """An argument or input field. `object_type` names its input object type, None for a scalar."""

    weight: float
    object_type: str | None


@dataclass(frozen=True, slots=True)
class FieldWeight:
    coordinate: str
    weight: float
    type_name: str
    is_list: bool
    sizing: Sizing | None
    source: Source | None
    arguments: Mapping[str, InputWeight] = field(default_factory=dict, hash=False, compare=False)

    @property
    def name(self) -> str:
        return self.coordinate.partition(".")[2]


class Weights:
    """Of one schema; read once."""

    def __init__(self, sdl: str) -> None:
        graph = build_schema(sdl, assume_valid=True)
        self._roots = {kind: root.name for kind in OperationType if (root := graph.get_root_type(kind))}
        self._types: dict[str, float] = {}
        self._fields: dict[tuple[str, str], FieldWeight] = {}
        self._inputs: dict[str, dict[str, InputWeight]] = {}
        self._possible: dict[str, tuple[str, ...]] = {}
        for name, kind in graph.type_map.items():
            if name.startswith("__"):
                continue
            own = _weight(kind.ast_node.directives if kind.ast_node else ())
            self._types[name] = own if own is not None else float(is_composite_type(kind))
            if isinstance(kind, GraphQLInputObjectType):
                self._inputs[name] = {field: _input(said) for field, said in kind.fields.items()}
            if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
                for field_name, said in kind.fields.items():
                    self._fields[name, field_name] = _field(f"{name}.{field_name}", said)
            if is_composite_type(kind):
                self._possible[name] = _possible(graph, kind)

    def root(self, operation: OperationType) -> str:
        return self._roots[operation]

    def type_weight(self, name: str) -> float:
        return self._types.get(name, 0.0)

    def field(self, parent: str, name: str) -> FieldWeight | None:
        """None for what every schema has by itself: __typename and introspection."""
        return self._fields.get((parent, name))

    def possible(self, name: str) -> tuple[str, ...]:
        """The object types that a composite type can be; nothing for a value's type."""
        return self._possible.get(name, ())

    def inputs(self, name: str) -> Mapping[str, InputWeight]:
        return self._inputs.get(name, {})


def _possible(graph: GraphQLSchema, kind: Any) -> tuple[str, ...]:
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return tuple(sorted(each.name for each in graph.get_possible_types(kind)))
    return (kind.name,)


def _field(coordinate: str, said: GraphQLField) -> FieldWeight:
    directives = said.ast_node.directives if said.ast_node else ()
    named = get_named_type(said.type)
    own = _weight(directives)
    asked = _arguments(directives, "source")
    return FieldWeight(
        coordinate=coordinate,
        weight=own if own is not None else float(is_composite_type(named)),
        type_name=named.name,
        is_list=is_list_type(get_nullable_type(said.type)),
        sizing=_sizing(_arguments(directives, "listSize")),
        source=Source(asked["system"]) if asked else None,
        arguments={name: _input(argument) for name, argument in said.args.items()},
    )


def _input(said: Any) -> InputWeight:
    own = _weight(said.ast_node.directives if said.ast_node else ())
    named = get_named_type(said.type)
    is_object = is_input_object_type(named)
    return InputWeight(own if own is not None else float(is_object), named.name if is_object else None)


def _sizing(said: Mapping[str, Any] | None) -> Sizing | None:
    if said is None:
        return None
    slicing = tuple(tuple(path.split(".")) for path in said.get("slicingArguments") or ())
    required = said.get("requireOneSlicingArgument")
    return Sizing(
        assumed=said.get("assumedSize"),
        slicing=slicing,
        sized_fields=frozenset(said.get("sizedFields") or ()),
        require_one=bool(slicing) and required is not False,
    )


def _weight(directives: Sequence[DirectiveNode] | None) -> float | None:
    said = _arguments(directives, "cost")
    return None if said is None else float(said["weight"])


def _arguments(directives: Sequence[DirectiveNode] | None, name: str) -> dict[str, Any] | None:
    for directive in directives or ():
        if directive.name.value == name:
            return {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}
    return None
