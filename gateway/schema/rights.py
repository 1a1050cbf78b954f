"""What the schema says of rights: the scopes that each field needs."""

import copy

import strawberry
from graphql import GraphQLSchema
from strawberry.schema_directive import Location

from gateway.rights.scopes import REQUIRED
from gateway.schema.grantable import fields_of


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
    for coordinate, field in fields_of(graph):
        definition = copy.copy(field.extensions["strawberry-definition"])
        needed = [list(both) for both in REQUIRED.get(coordinate, ())]
        definition.directives = [*definition.directives, RequiresScopesDirective(scopes=needed)]
        field.extensions = {**field.extensions, "strawberry-definition": definition}
