"""Shows each caller the part of the graph that they may ask, in `__schema` and `__type`.

Developers see the whole. Validation always uses the whole graph: a field that is refused is no field that is unknown.
"""

import functools
from typing import Any

import strawberry
from graphql import (
    GraphQLAbstractType,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
)

from gateway.domain.caller import CallerKind
from gateway.loading.context import RequestContext
from gateway.operation.document import Understood
from gateway.operation.engine import graph_of
from gateway.operation.refused_fields import fields_at_root, fragments_of
from gateway.rights.rights import Policy, Rights
from gateway.schema.grantable import CLOSED, fields_of
from gateway.schema.pruning import pruned

KEPT = 64  # parts of the graph: as many as there are contracts in force and other kinds of caller


def graph_for(
    schema: strawberry.Schema, understood: Understood, operation: OperationDefinitionNode, context: RequestContext
) -> GraphQLSchema:
    """The graph to run an operation on: the same types and resolvers for all, that tell of themselves by rights."""
    graph = graph_of(schema)
    if context.rights is None or context.rights.caller.kind is CallerKind.DEVELOPER:
        return graph  # the nameless are admitted to introspection only where it is open
    if not asks_for_the_schema(understood, operation):
        return graph
    return _showing(graph, visible_to(graph, context.rights, context.policy))


def asks_for_the_schema(understood: Understood, operation: OperationDefinitionNode) -> bool:
    roots = fields_at_root(operation.selection_set, fragments_of(understood.document))
    return any(node.name.value in {"__schema", "__type"} for node in roots)


def visible_to(graph: GraphQLSchema, rights: Rights, policy: Policy) -> frozenset[str]:
    """What the policy releases. An agency is not shown what no contract could name."""
    closed = CLOSED if rights.caller.kind is CallerKind.AGENCY else {}
    return frozenset(
        coordinate
        for coordinate, _ in fields_of(graph)
        if coordinate not in closed and policy.releases(rights, coordinate)
    )


@functools.lru_cache(maxsize=KEPT)
def _showing(graph: GraphQLSchema, visible: frozenset[str]) -> GraphQLSchema:
    """Kept by what is visible: a contract's new version is another key, two of the same fields are one."""
    return _Showing(graph, pruned(graph, visible))


class _Showing(GraphQLSchema):
    """A graph that executes like the whole and tells only of a part."""

    def __init__(self, whole: GraphQLSchema, part: GraphQLSchema) -> None:
        same: dict[str, Any] = {**whole.to_kwargs(), "assume_valid": True}
        super().__init__(**same)
        self._strawberry_schema = whole._strawberry_schema  # type: ignore[attr-defined]  # where Strawberry looks for it
        self._part = part
        self._own = {
            "__schema": _answering(SchemaMetaFieldDef, lambda *_: part),
            "__type": _answering(TypeMetaFieldDef, lambda *_, name: part.get_type(name)),
        }

    def get_field(self, parent_type: GraphQLCompositeType, field_name: str) -> GraphQLField | None:
        if field_name in self._own:
            return self._own[field_name] if parent_type is self.query_type else None
        return super().get_field(parent_type, field_name)

    def get_possible_types(self, abstract_type: GraphQLAbstractType) -> list[GraphQLObjectType]:
        """Introspection asks this of the part's types too."""
        if self._part.get_type(abstract_type.name) is abstract_type:
            return self._part.get_possible_types(abstract_type)
        return super().get_possible_types(abstract_type)


def _answering(field: GraphQLField, resolve: Any) -> GraphQLField:
    return GraphQLField(field.type, args=field.args, resolve=resolve, description=field.description)
