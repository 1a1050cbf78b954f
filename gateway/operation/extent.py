"""The second half of a document's limits: how large its operations are once their fragments are spread out.

It keeps a small document with many fragments from becoming a large operation, and validation from quadratic work.
"""

from collections.abc import Iterable, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.limits import DocumentLimits


def check_tree(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raises Refused where an operation, or a fragment by itself, is too large.

    Comes before validation, some rules of which compare each field with each other one in its place. So the document
    may be wrong in any way: an unknown fragment counts for nothing, and a cycle of fragments for more than any limit.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    spread: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Walk(limits, fragments, spread).over(definition)
    for name, fragment in fragments.items():
        if name not in spread:
            _Walk(limits, fragments, spread).over(fragment)


class _Walk:
    """Goes over a definition as execution would: fields of one name in one place are one, their selections merged."""

    def __init__(
        self, limits: DocumentLimits, fragments: Mapping[str, FragmentDefinitionNode], spread: set[str]
    ) -> None:
        self._limits = limits
        self._fragments = fragments
        self._spread = spread
        self._fields = 0
        self._aliases = 0
        self._directives = 0

    def over(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> None:
        self._count_directives(definition)
        places: list[tuple[int, list[SelectionSetNode]]] = [(1, [definition.selection_set])]
        while places:
            depth, selections = places.pop()
            _refuse_beyond(self._limits.depth, depth, "levels of fields")
            found = self._fields_of(selections)
            if depth == 1:
                _refuse_beyond(self._limits.root_fields, len(found), "fields at its root")
            for same in found.values():
                _refuse_beyond(self._limits.repeats, len(same), "mentions of one field in one place")
                below = [field.selection_set for field in same if field.selection_set]
                if below:
                    places.append((depth + 1, below))

    def _fields_of(self, selections: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """By the name that each has in the answer."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        waiting = list(selections)
        while waiting:
            for selection in waiting.pop().selections:
                self._count_directives(selection)
                if isinstance(selection, FieldNode):
                    self._count_field(selection)
                    found.setdefault((selection.alias or selection.name).value, []).append(selection)
                elif isinstance(selection, InlineFragmentNode):
                    waiting.append(selection.selection_set)
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                    seen.add(selection.name.value)
                    self._spread.add(selection.name.value)
                    fragment = self._fragments.get(selection.name.value)
                    waiting += [fragment.selection_set] if fragment else []
        return found

    def _count_field(self, field: FieldNode) -> None:
        self._fields += 1
        self._aliases += field.alias is not None
        _refuse_beyond(self._limits.fields, self._fields, "fields, with its fragments spread out")
        _refuse_beyond(self._limits.aliases, self._aliases, "aliases")

    def _count_directives(self, node: SelectionNode | OperationDefinitionNode | FragmentDefinitionNode) -> None:
        self._directives += len(node.directives or ())
        _refuse_beyond(self._limits.directives, self._directives, "directives")


def _refuse_beyond(limit: int, size: int, what: str) -> None:
    if size > limit:
        raise Refused(Code.BAD_USER_INPUT, f"The operation has more than {limit} {what}.")
