"""What an operation selects below a field, for resolvers whose questions depend on it."""

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


def releases(info: Info[RequestContext, None], type_name: str) -> bool:
    """Whether anything selected of this type may leave: else nothing is asked for it. By any mention of the field."""
    closed = info.context.closed_types
    mentions = (node for node in info._raw_info.field_nodes if not _refused(info._raw_info, node))
    return any(type_name not in closed.get(_offset(node), ()) for node in mentions)


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
    return bool(closed) and _offset(node) in closed


def _offset(node: FieldNode) -> int:
    return node.loc.start if node.loc else -1


def _included(raw: GraphQLResolveInfo[Any], node: SelectionNode) -> bool:
    if not node.directives:
        return True
    said = convert_directives(raw, node.directives)
    return said.get("include", {}).get("if", True) and not said.get("skip", {}).get("if", False)
