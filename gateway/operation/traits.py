"""What the compiled executor is told of this schema."""

from collections.abc import Sequence

from graphql import FieldNode, GraphQLObjectType, GraphQLSchema

from executor import Kept, Traits
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.audit.noticed import NOTICED, notice
from gateway.schema.facts import expression
from gateway.schema.scalars import INLINES

PROVENANCE = "Provenance"  # its age and freshness change while the record stays


def traits_of(graph: GraphQLSchema) -> Traits:
    return Traits(
        expression=expression,
        inlines=INLINES,
        watched=_watched(graph),
        volatile=frozenset({PROVENANCE}),
        on_value=notice,
        remembering=faces_of,
        denial=denial,
    )


def faces_of(record: object) -> Kept | None:
    """Facts, and what resolvers make of just one, keep the JSON that answers made of them."""
    return getattr(record, "faces", None)


def denial(_nodes: Sequence[FieldNode]) -> Refused:
    return Refused(Code.FORBIDDEN, "This caller may not see this field.")


def _watched(graph: GraphQLSchema) -> frozenset[str]:
    """The types whose records the record of what left has to notice: whom they are, and where they come from."""
    return frozenset(
        name
        for name, kind in graph.type_map.items()
        if isinstance(kind, GraphQLObjectType) and (name in NOTICED or "provenance" in kind.fields)
    )
