"""The graph: one GraphQL type a file. Types read domain records; what is asked for them stands in `resolvers`."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.schema.facts import read
from gateway.schema.query import Query
from gateway.schema.scalars import SCALARS


def build_schema() -> strawberry.Schema:
    """The whole schema, without extensions: limits, rights and the masking of errors are for `operation` and `http`."""
    return strawberry.Schema(query=Query, config=StrawberryConfig(default_resolver=read, scalar_map=SCALARS))
