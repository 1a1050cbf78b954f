"""Operations that ask for all that is visible to one caller, to begin from: one a way in, one a change."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_required_argument,
)

from gateway.rights.scopes import STRUCTURAL

INDENT = "  "
# Of structure, what an example is clearer without; `nodes` stands for `edges`.
LEFT_OUT = frozenset({"edges", "pageInfo", "provenance", "cursor", "id", "gaps", "gregorian", "precision"})
DEEPEST = 8


def sample_query(part: GraphQLSchema) -> str:
    """`part` is a pruned schema. Required arguments become variables. Valid against the whole schema too."""
    assert part.query_type  # noqa: S101 - a part keeps it
    operations = []
    roots = [("query", part.query_type)] + ([("mutation", part.mutation_type)] if part.mutation_type else [])
    for kind, name, field in ((kind, *one) for kind, root in roots for one in root.fields.items()):
        needed: dict[str, str] = {}
        lines = list(_field(part, needed, name, field, (), 1))
        if not lines:
            continue
        declared = ", ".join(f"${argument}: {type_}" for argument, type_ in needed.items())
        head = f"{kind} {name[0].upper()}{name[1:]}" + (f"({declared})" if declared else "")
        operations.append("\n".join([f"{head} {{", *lines, "}"]))
    return "\n\n".join(operations) + "\n" if operations else ""


def _field(
    part: GraphQLSchema,
    needed: dict[str, str],
    name: str,
    field: GraphQLField,
    above: tuple[str, ...],
    depth: int,
    alias: str = "",
) -> Iterator[str]:
    """The lines of a field and what is below it; none where a type comes again or nothing is left below.

    `needed` gains the variables, by name, that they use.
    """
    kind = get_named_type(field.type)
    given = ", ".join(f"{argument}: ${argument}" for argument in _required(field))
    head = f"{INDENT * depth}{alias}{name}" + (f"({given})" if given else "")
    variables = {argument: str(said.type) for argument, said in _required(field).items()}
    if not isinstance(kind, GraphQLObjectType) and not is_abstract_type(kind):
        needed |= variables
        yield head
        return
    if kind.name in above or depth > DEEPEST:
        return
    if below := list(_selection(part, needed, kind, (*above, kind.name), depth + 1)):
        needed |= variables
        yield f"{head} {{"
        yield from below
        yield f"{INDENT * depth}}}"


def _selection(
    part: GraphQLSchema,
    needed: dict[str, str],
    kind: GraphQLNamedType,
    above: tuple[str, ...],
    depth: int,
    clashing: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """`clashing` are names that stand for another type elsewhere in the same place, and need another name here."""
    if isinstance(kind, GraphQLObjectType):
        for name, field in kind.fields.items():
            if name not in LEFT_OUT or f"{kind.name}.{name}" not in STRUCTURAL:
                alias = _own_name(kind.name, name) if name in clashing else ""
                yield from _field(part, needed, name, field, above, depth, alias)
        return
    assert is_abstract_type(kind)  # noqa: S101 - values have no selection
    possible = part.get_possible_types(kind)
    clashes = _clashing(possible)
    for one in possible:
        if one.name in above:
            continue
        below = list(_selection(part, needed, one, (*above, one.name), depth + 1, clashes))
        if below:
            yield f"{INDENT * depth}... on {one.name} {{"
            yield from below
            yield f"{INDENT * depth}}}"


def _own_name(kind: str, name: str) -> str:
    """state of a ServiceRequest: serviceRequestState, as an alias."""
    return f"{kind[0].lower()}{kind[1:]}{name[0].upper()}{name[1:]}: "


def _clashing(types: Sequence[GraphQLObjectType]) -> frozenset[str]:
    """Names that two of the types give to fields of different types."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in types:
        for name, field in one.fields.items():
            kinds[name].add(str(field.type))
    return frozenset(name for name, found in kinds.items() if len(found) > 1)


def _required(field: GraphQLField) -> dict[str, GraphQLArgument]:
    return {argument: said for argument, said in field.args.items() if is_required_argument(said)}
