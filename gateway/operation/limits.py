"""What a document may not exceed. Measured in two steps: on the text before it is parsed, on the tree after.

The first keeps the recursive parser from hostile nesting; the second keeps a small document with many fragments from
becoming a large operation. Cost (what the back offices pay) is not measured here.
"""

import re
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused

# Strings and comments are skipped whole, closed or not, and nothing backtracks: the scan is linear on any text.
_LEXICAL = re.compile(r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+(?:""")?|"(?:[^"\\\n\r]|\\.)*+"?|#[^\n\r]*+|[{(\[]|[})\]]')
_OPENING = frozenset("{([")
_CLOSING = frozenset("})]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """`size` in bytes of UTF-8; `nesting` counts open brackets of any kind; `fields` after fragments are spread out."""

    size: int = 65_536
    nesting: int = 100
    tokens: int = 5_000
    depth: int = 30
    fields: int = 5_000
    root_fields: int = 50
    aliases: int = 200
    directives: int = 200


def check_text(text: str, limits: DocumentLimits) -> None:
    """Raises Refused where the text is too large or too deep to be parsed."""
    if len(text) > limits.size or len(text.encode(errors="replace")) > limits.size:
        raise Refused(Code.BAD_USER_INPUT, f"The document is larger than {limits.size} bytes.")
    depth = 0
    for token in _LEXICAL.finditer(text):
        bracket = token[0]
        if bracket in _OPENING:
            depth += 1
            if depth > limits.nesting:
                raise Refused(Code.BAD_USER_INPUT, f"The document is nested deeper than {limits.nesting} levels.")
        elif bracket in _CLOSING:
            depth -= 1


def check_tree(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raises Refused where an operation is too large. Takes a valid document: fragments exist and form no cycle."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    measure = _Measure(fragments)
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        size = measure.of(definition.selection_set)
        _refuse_beyond(limits.depth, size.depth, "levels of fields")
        _refuse_beyond(limits.fields, size.fields, "fields, with its fragments spread out")
        _refuse_beyond(limits.root_fields, size.roots, "fields at its root")
        _refuse_beyond(limits.aliases, size.aliases, "aliases")
        _refuse_beyond(limits.directives, size.directives + len(definition.directives or ()), "directives")


def _refuse_beyond(limit: int, size: int, what: str) -> None:
    if size > limit:
        raise Refused(Code.BAD_USER_INPUT, f"The operation has more than {limit} {what}.")


@dataclass(slots=True)
class _Size:
    depth: int = 0
    fields: int = 0
    roots: int = 0
    aliases: int = 0
    directives: int = 0


class _Measure:
    """Adds up selection sets; each fragment once, whatever the number of its spreads."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, _Size] = {}

    def of(self, selections: SelectionSetNode | None) -> _Size:
        size = _Size()
        for selection in selections.selections if selections else ():
            size.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                inner = self.of(selection.selection_set)
                size.fields += 1
                size.roots += 1
                size.aliases += selection.alias is not None
                inner = _Size(inner.depth + 1, inner.fields, 0, inner.aliases, inner.directives)
            elif isinstance(selection, FragmentSpreadNode):
                inner = self._of_fragment(selection.name.value)
            else:
                inner = self.of(getattr(selection, "selection_set", None))
            size = _Size(
                max(size.depth, inner.depth),
                size.fields + inner.fields,
                size.roots + inner.roots,
                size.aliases + inner.aliases,
                size.directives + inner.directives,
            )
        return size

    def _of_fragment(self, name: str) -> _Size:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self.of(self._fragments[name].selection_set)
        return known
