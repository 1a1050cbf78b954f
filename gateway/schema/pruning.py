"""A part of the graph that is a schema of its own: what one caller may ask, for introspection and for printing."""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    specified_directives,
)

from gateway.rights.scopes import STRUCTURAL
from gateway.schema.grantable import fields_of, is_fact

T = TypeVar("T", bound=GraphQLNamedType)

WithFields = GraphQLObjectType | GraphQLInterfaceType


def pruned(graph: GraphQLSchema, visible: frozenset[str]) -> GraphQLSchema:
    """The visible fields that lead to a visible fact, the types they need, and nothing else.

    Structural fields need not be named: they stay where their type is arrived at, and what they answer holds something.
    To be looked at, never to be executed. `Query` has no fields where nothing is visible.
    """
    return _Pruning(graph, visible).schema()


class _Pruning:
    def __init__(self, graph: GraphQLSchema, visible: frozenset[str]) -> None:
        everything = frozenset(coordinate for coordinate, _ in fields_of(graph))
        following = frozenset(c for c in STRUCTURAL if not c.startswith("Query."))  # ways in are shown by name
        self._graph = graph
        self._open = visible | following
        self._holding = _types_with_facts(graph, self._open)
        self._factless = _composite(graph) - _types_with_facts(graph, everything)  # provenance, pages, gaps, dates
        self._kept = self._reached()
        self._made: dict[str, GraphQLNamedType] = {}

    def schema(self) -> GraphQLSchema:
        mutation, subscription = self._graph.mutation_type, self._graph.subscription_type
        return GraphQLSchema(
            query=self._made_of(self._graph.query_type) if self._graph.query_type else None,
            mutation=self._made_of(mutation) if mutation and mutation.name in self._kept else None,
            subscription=self._made_of(subscription) if subscription and subscription.name in self._kept else None,
            types=[self._made_of(self._graph.type_map[name]) for name in sorted(self._kept)],
            directives=specified_directives,
            description=self._graph.description,
            assume_valid=True,
        )

    def _reached(self) -> frozenset[str]:
        """The types with fields, and the unions, that are arrived at by kept fields."""
        assert self._graph.query_type  # noqa: S101 - ours has one
        waiting: list[GraphQLNamedType] = [self._graph.query_type]
        further = (self._graph.mutation_type, self._graph.subscription_type)
        waiting += [root for root in further if root and root.name in self._holding]
        names = {kind.name for kind in waiting}
        while waiting:
            for kind in self._next_to(waiting.pop()):
                if kind.name not in names:
                    names.add(kind.name)
                    waiting.append(kind)
        return frozenset(names)

    def _next_to(self, kind: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
        if isinstance(kind, WithFields):
            targets = (get_named_type(field.type) for _, field in self._fields(kind))
            yield from (target for target in targets if isinstance(target, WithFields | GraphQLUnionType))
        if isinstance(kind, GraphQLAbstractType):
            shown = self._holding | self._factless  # such as a refusal that says nothing of anybody
            yield from (one for one in self._graph.get_possible_types(kind) if one.name in shown)

    def _fields(self, kind: WithFields) -> Iterator[tuple[str, GraphQLField]]:
        hollow = _composite(self._graph) - self._holding - self._factless
        for name, field in kind.fields.items():
            if f"{kind.name}.{name}" in self._open and get_named_type(field.type).name not in hollow:
                yield name, field

    def _made_of(self, kind: T) -> T:
        """A type that holds no other (a value, an enum, an input) is taken as it is."""
        if kind.name not in self._made:
            self._made[kind.name] = self._copy_of(kind)
        return cast(T, self._made[kind.name])

    def _copy_of(self, kind: GraphQLNamedType) -> GraphQLNamedType:
        if isinstance(kind, WithFields):
            return type(kind)(
                kind.name,
                fields=lambda: {name: self._field(field) for name, field in self._fields(kind)},
                interfaces=lambda: [self._made_of(one) for one in kind.interfaces if one.name in self._kept],
                description=kind.description,
            )
        if isinstance(kind, GraphQLUnionType):
            return GraphQLUnionType(
                kind.name,
                types=lambda: [self._made_of(one) for one in kind.types if one.name in self._kept],
                description=kind.description,
            )
        return kind

    def _field(self, field: GraphQLField) -> GraphQLField:
        return GraphQLField(
            self._wrapped(field.type),
            args=field.args,
            description=field.description,
            deprecation_reason=field.deprecation_reason,
        )

    def _wrapped(self, kind: Any) -> Any:
        """The same lists and non-nulls around the copy of what they are around."""
        if isinstance(kind, GraphQLNonNull | GraphQLList):
            return type(kind)(self._wrapped(kind.of_type))
        return self._made_of(kind)


def _composite(graph: GraphQLSchema) -> frozenset[str]:
    return frozenset(name for name, kind in graph.type_map.items() if isinstance(kind, WithFields | GraphQLUnionType))


def _types_with_facts(graph: GraphQLSchema, open_fields: frozenset[str]) -> frozenset[str]:
    """The types from which an open field that is no structure is arrived at, by open fields."""
    holding: set[str] = set()
    while True:
        before = len(holding)
        for coordinate, field in fields_of(graph):
            owner = coordinate.partition(".")[0]
            target = get_named_type(field.type)
            if coordinate not in open_fields or owner in holding:
                continue
            leads = target.name in holding
            is_value = is_fact(target)
            if leads or (is_value and coordinate not in STRUCTURAL):
                holding.add(owner)
        for kind in graph.type_map.values():
            if isinstance(kind, GraphQLAbstractType) and any(
                one.name in holding for one in graph.get_possible_types(kind)
            ):
                holding.add(kind.name)
        if len(holding) == before:
            return frozenset(holding)
