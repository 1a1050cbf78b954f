"""The graph: one GraphQL type a file. Types read domain records; what is asked for them stands in `resolvers`."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.schema.facts import read
from gateway.schema.mutation import Mutation
from gateway.schema.query import Query
from gateway.schema.rights import RequiresScopesDirective, mark
from gateway.schema.scalars import SCALARS
from gateway.schema.subscription import Subscription


def build_schema() -> strawberry.Schema:
    """The whole schema, without extensions: limits, rights and the masking of errors are for `operation` and `http`."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[RequiresScopesDirective],
        config=StrawberryConfig(default_resolver=read, scalar_map=SCALARS),
    )
    mark(schema._schema)
    _describe_arguments_of_directives(schema)
    return schema


def _describe_arguments_of_directives(schema: strawberry.Schema) -> None:
    """Strawberry drops the descriptions that were given to them."""
    for directive in schema._schema.directives:
        definition = directive.extensions.get("strawberry-definition")
        for field in definition.fields if definition else ():
            name = schema.config.name_converter.get_graphql_name(field)
            directive.args[name].description = field.description
