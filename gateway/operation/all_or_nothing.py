"""Refusing an operation as a whole, for clients that want all of it or nothing.

Refused fields are known by admission. Refused persons and workshops are looked for at the root, where arguments name
them, by the same rule that resolvers follow. What is found later takes all data with it.
"""

from collections.abc import Iterator

from graphql import FieldNode, GraphQLError, get_argument_values

from executor import Outcome
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.refusal import Refused
from gateway.operation.execution import Bound
from gateway.operation.masking import causes
from gateway.operation.refused_fields import fields_at_root, is_included
from gateway.resolvers.node import opened
from gateway.resolvers.persons import person_of_reference
from gateway.resolvers.relation import may_see_workshop, views

Path = tuple[str | int, ...]


async def refused_ways_in(bound: Bound) -> list[Path]:
    """Where the operation begins with a person or workshop that the caller may not see.

    Asks only what decides a right: whom the branches list as the caller's dependants.
    """
    context, named = bound.context, list(_named(bound))
    persons = [(path, key) for path, key in named if isinstance(key, NationalId)]
    refused: list[Path] = []
    if persons:
        seen = await views(context, [key for _, key in persons])
        refused += [
            path
            for (path, _), view in zip(persons, seen, strict=True)
            if isinstance(view, Refused) and view.code is Code.FORBIDDEN
        ]
    return refused + [
        path for path, key in named if isinstance(key, WorkshopKey) and not may_see_workshop(context, key)
    ]


def nothing_if_refused(result: Outcome) -> Outcome:
    """What only came to light on the way, such as a dependant who is none any more, takes all data with it."""
    refused = [error for error in result.errors if _is_forbidden(error)]
    return Outcome(None, refused) if refused else result


def _named(bound: Bound) -> Iterator[tuple[Path, NationalId | WorkshopKey]]:
    """Whom the arguments at the root name. What is no identifier names nobody, and is told by its resolver."""
    told: set[str] = set()
    for node in fields_at_root(
        bound.operation.selection_set, bound.fragments, lambda selection: is_included(selection, bound.variables)
    ):
        key = (node.alias or node.name).value
        if key not in told:  # mentioned again, it has the same arguments
            told.add(key)
            yield from _named_by(bound, node, key)


def _named_by(bound: Bound, node: FieldNode, key: str) -> Iterator[tuple[Path, NationalId | WorkshopKey]]:
    field = bound.root_fields.get(node.name.value)
    if field is None or not field.args:
        return
    try:
        said = get_argument_values(field, node, bound.values)
    except GraphQLError:
        return
    match node.name.value:
        case "person":
            yield (key,), said["nationalId"]
        case "persons":
            for index, reference in enumerate(said["nationalIds"]):
                person = person_of_reference(reference)
                if person:
                    yield (key, index, "person"), person
        case "workshop":
            yield (key,), WorkshopKey(said["code"], said["branch"])
        case "node":
            try:
                key_of_node = opened(bound.context.keyring, said["id"])
            except Refused:
                return
            if key_of_node is not None:  # a request's applicant is known when it is read
                yield (key,), key_of_node


def _is_forbidden(error: GraphQLError) -> bool:
    return any(getattr(cause, "code", None) is Code.FORBIDDEN for cause in causes(error))
