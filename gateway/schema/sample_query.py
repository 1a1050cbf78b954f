"""Operations that ask for all that is visible to one caller, to begin from: one a way in, one a change."""

from collections.abc import Iterator

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
        lines = list(_field(part, name, field, (), 1))
        if not lines:
            continue
        declared = ", ".join(f"${argument}: {said.type}" for argument, said in _required(field).items())
        head = f"{kind} {name[0].upper()}{name[1:]}" + (f"({declared})" if declared else "")
        operations.append("\n".join([f"{head} {{", *lines, "}"]))
    return "\n\n".join(operations) + "\n" if operations else ""


def _field(part: GraphQLSchema, name: str, field: GraphQLField, above: tuple[str, ...], depth: int) -> Iterator[str]:
    """The lines of a field and what is below it; none where a type comes again or nothing is left below."""
    kind = get_named_type(field.type)
    given = ", ".join(f"{argument}: ${argument}" for argument in _required(field))
    head = f"{INDENT * depth}{name}" + (f"({given})" if given else "")
    if not isinstance(kind, GraphQLObjectType) and not is_abstract_type(kind):
        yield head
        return
    if kind.name in above or depth > DEEPEST:
        return
    below = list(_selection(part, kind, (*above, kind.name), depth + 1))
    if below:
        yield f"{head} {{"
        yield from below
        yield f"{INDENT * depth}}}"


def _selection(part: GraphQLSchema, kind: GraphQLNamedType, above: tuple[str, ...], depth: int) -> Iterator[str]:
    if isinstance(kind, GraphQLObjectType):
        for name, field in kind.fields.items():
            if name not in LEFT_OUT or f"{kind.name}.{name}" not in STRUCTURAL:
                yield from _field(part, name, field, above, depth)
        return
    assert is_abstract_type(kind)  # noqa: S101 - values have no selection
    for one in part.get_possible_types(kind):
        below = list(_selection(part, one, (*above, one.name), depth + 1))
        if below and one.name not in above:
            yield f"{INDENT * depth}... on {one.name} {{"
            yield from below
            yield f"{INDENT * depth}}}"


def _required(field: GraphQLField) -> dict[str, GraphQLArgument]:
    return {argument: said for argument, said in field.args.items() if is_required_argument(said)}
