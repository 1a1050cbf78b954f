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
    may be wrong in any way: an unknown fragment counts for nothing, and a fragment that comes back to itself, which
    would count for more than any limit, is told by its name.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    _refuse_cycles(_spreads(document, limits))
    spread: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _Walk(limits, fragments, spread).over(definition)
    for name, fragment in fragments.items():
        if name not in spread:
            _Walk(limits, fragments, spread).over(fragment)


def _spreads(document: DocumentNode, limits: DocumentLimits) -> dict[str, list[str]]:
    """Which fragments each fragment mentions. Raises Refused beyond the limit of mentions in all definitions."""
    mentions: dict[str, list[str]] = {}
    total = 0
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            continue
        mentioned: list[str] = []
        waiting = [definition.selection_set]
        while waiting:
            for selection in waiting.pop().selections:
                if isinstance(selection, FragmentSpreadNode):
                    mentioned.append(selection.name.value)
                elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                    waiting.append(selection.selection_set)
        total += len(mentioned)
        if total > limits.spreads:
            raise Refused(Code.BAD_USER_INPUT, f"The document spreads fragments more than {limits.spreads} times.")
        if isinstance(definition, FragmentDefinitionNode):
            mentions[definition.name.value] = mentioned
    return mentions


def _refuse_cycles(mentions: Mapping[str, list[str]]) -> None:
    """By taking away, again and again, what mentions nothing that is left: what cannot be taken away is a cycle."""
    open_of = {name: {other for other in mentioned if other in mentions} for name, mentioned in mentions.items()}
    mentioned_by: dict[str, set[str]] = {name: set() for name in mentions}
    for name, others in open_of.items():
        for other in others:
            mentioned_by[other].add(name)
    settled = [name for name, others in open_of.items() if not others]
    while settled:
        done = settled.pop()
        del open_of[done]
        for name in mentioned_by[done]:
            open_of[name].discard(done)
            if not open_of[name]:
                settled.append(name)
    if not open_of:
        return
    name = next(iter(open_of))
    seen: set[str] = set()
    while name not in seen:  # each of what is left mentions another: following them ends in the cycle itself
        seen.add(name)
        name = min(open_of[name])
    raise Refused(Code.BAD_USER_INPUT, f"The fragment '{name}' spreads itself, by itself or through others.")


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
