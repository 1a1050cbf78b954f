"""What the schema says of rights: the scopes of each field, and which fields a contract may name."""

import copy
from collections.abc import Iterator

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from strawberry.schema_directive import Location

from gateway.rights.grantable import Grantable
from gateway.rights.scopes import REQUIRED, STRUCTURAL


@strawberry.schema_directive(
    name="requiresScopes",
    locations=[Location.FIELD_DEFINITION],
    description="The scopes that a caller needs to see this field: all of one of the inner lists; without any inner "
    "list, nobody sees it. What holds no fact itself and leads to facts needs `graph`, which every token has.",
)
class RequiresScopesDirective:
    scopes: list[list[str]] = strawberry.field(description="All scopes of one of the inner lists are needed.")


def mark(graph: GraphQLSchema) -> None:
    """Gives each field its @requiresScopes. Copies: generic types share the definitions of their fields."""
    for coordinate, field in _fields(graph):
        definition = copy.copy(field.extensions["strawberry-definition"])
        needed = [list(both) for both in REQUIRED.get(coordinate, ())]
        definition.directives = [*definition.directives, RequiresScopesDirective(scopes=needed)]
        field.extensions = {**field.extensions, "strawberry-definition": definition}


def grantable_of(schema: strawberry.Schema) -> Grantable:
    """Leaves are facts, a date among them; groups are fields under which contracts name further fields."""
    leaves, groups = set(), {}
    for coordinate, field in _fields(schema._schema):
        if coordinate in STRUCTURAL:
            continue
        kind = get_named_type(field.type)
        if is_fact(kind):
            leaves.add(coordinate)
        else:
            groups[coordinate] = kind.name
    return Grantable(frozenset(leaves), groups)


def is_fact(kind: GraphQLNamedType) -> bool:
    """A value, or an object that is one as a whole: all of its fields are structural, as those of Day."""
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return all(f"{kind.name}.{name}" in STRUCTURAL for name in kind.fields)
    return is_leaf_type(kind)


def _fields(graph: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for name, kind in graph.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field
