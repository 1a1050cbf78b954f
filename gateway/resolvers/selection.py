"""What an operation selects below a field, for resolvers that start a question ahead."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)
from strawberry import Info
from strawberry.types.nodes import convert_directives

from gateway.loading.context import RequestContext


def selects(info: Info[RequestContext, None], name: str) -> bool:
    """Whether `name` is asked for right below the current field, through fragments and @skip, and is not refused."""
    raw = info._raw_info
    seen: set[str] = set()  # fragments within fragments, each read again, would let a document grow without end
    return any(_selected(raw, node.selection_set, name, seen) for node in raw.field_nodes)


def _selected(raw: GraphQLResolveInfo[Any], selection: SelectionSetNode | None, name: str, seen: set[str]) -> bool:
    for node in selection.selections if selection else ():
        if not _included(raw, node):
            continue
        match node:
            case FieldNode():
                if node.name.value == name and not _refused(raw, node):
                    return True
            case InlineFragmentNode():
                if _selected(raw, node.selection_set, name, seen):
                    return True
            case FragmentSpreadNode() if node.name.value not in seen:
                seen.add(node.name.value)
                if _selected(raw, raw.fragments[node.name.value].selection_set, name, seen):
                    return True
    return False


def _refused(raw: GraphQLResolveInfo[Any], node: FieldNode) -> bool:
    closed = raw.context.closed_fields
    return bool(closed) and node.loc is not None and node.loc.start in closed


def _included(raw: GraphQLResolveInfo[Any], node: SelectionNode) -> bool:
    said = convert_directives(raw, node.directives)
    return said.get("include", {}).get("if", True) and not said.get("skip", {}).get("if", False)
