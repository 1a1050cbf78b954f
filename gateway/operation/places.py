"""Where an operation reaches: each field of its answer once a place, how often it is asked, and under what condition.

Found once a document, as execution would: fragments spread, fields of one name in one place merged. What depends on
variables stays open: sizes of lists and conditions are read when they are known. Where exactness would cost more than
linear work (one fragment spread in one place under several conditions) the place counts as always reached: too much,
never too little.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.weights import FieldWeight, Sizing, Weights

UNSAID = 10  # entries of a list whose size nobody says, such as the gaps of a connection

Condition = frozenset[tuple[str, bool]]  # all of these variables have these values; empty: always
ALWAYS: Condition = frozenset()


@dataclass(frozen=True, slots=True)
class OpenSize:
    """Entries of a list that variables say: the most of `reads` and `constant`, `otherwise` where they say nothing."""

    reads: tuple[tuple[str, ...], ...]
    constant: int | None
    otherwise: int

    def of(self, variables: Mapping[str, Any]) -> int:
        said = [size for path in self.reads if (size := _size_at(variables, path)) is not None]
        if self.constant is not None:
            said.append(self.constant)
        return max(said, default=self.otherwise)


class Amount(NamedTuple):
    """A product: `factor` times all sizes that are still open."""

    factor: int = 1
    open: tuple[OpenSize, ...] = ()

    def times(self, size: "int | OpenSize") -> "Amount":
        if isinstance(size, int):
            return Amount(self.factor * size, self.open)
        return Amount(self.factor, (*self.open, size))

    def of(self, variables: Mapping[str, Any]) -> int:
        count = self.factor
        for size in self.open:
            count *= size.of(variables)
        return count


class Place(NamedTuple):
    """`asked` is how often the field is answered, `entries` how many things that yields in all.

    Reached if any of `when` holds. `alternative` names the type it stands under where an abstract type has several.
    """

    parent: str
    field: FieldWeight
    asked: Amount
    entries: Amount
    when: frozenset[Condition]
    alternative: tuple[tuple[int, str], ...]
    arguments: tuple[ArgumentNode, ...]

    @property
    def always(self) -> bool:
        return ALWAYS in self.when


class _Below(NamedTuple):
    """A selection that waits to be walked: of the objects of one type."""

    parent: str
    selections: list[tuple[SelectionSetNode, Condition]]
    amount: Amount
    sized: Mapping[str, "int | OpenSize"]
    alternative: tuple[tuple[int, str], ...]


def holds(when: frozenset[Condition], variables: Mapping[str, Any]) -> bool:
    return any(all(variables.get(name) is value for name, value in condition) for condition in when)


def places_of(document: DocumentNode, operation: OperationDefinitionNode, weights: Weights) -> Iterator[Place]:
    """Of a valid document. Raises Refused where a list lacks the argument that says its size, or has several."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    root = weights.root(operation.operation)
    choices = 0
    waiting = [_Below(root, [(operation.selection_set, ALWAYS)], Amount(), {}, ())]
    while waiting:
        below = waiting.pop()
        for nodes in _collected(below, fragments, weights).values():
            first = next(iter(nodes.values()))[0]
            field = weights.field(below.parent, first.name.value)
            if field is None:
                continue
            size = _size(field, first, below.sized)
            entries = below.amount.times(size) if field.is_list else below.amount
            when = frozenset(condition for _, condition in nodes.values())
            arguments = tuple(first.arguments or ())
            yield Place(below.parent, field, below.amount, entries, when, below.alternative, arguments)
            possible = weights.possible(field.type_name)
            selections = [(node.selection_set, condition) for node, condition in nodes.values() if node.selection_set]
            if not selections:
                continue
            sized = dict.fromkeys(field.sizing.sized_fields, size) if field.sizing else {}
            choices += len(possible) > 1
            for concrete in possible:
                chosen = (*below.alternative, (choices, concrete)) if len(possible) > 1 else below.alternative
                waiting.append(_Below(concrete, selections, entries, sized, chosen))


def _collected(
    below: _Below, fragments: Mapping[str, FragmentDefinitionNode], weights: Weights
) -> dict[str, dict[int, tuple[FieldNode, Condition]]]:
    """The fields below, by the name that each has in the answer; each node once."""
    found: dict[str, dict[int, tuple[FieldNode, Condition]]] = {}
    spread: dict[str, Condition] = {}
    waiting = list(below.selections)
    while waiting:
        selection_set, outer = waiting.pop()
        for selection in selection_set.selections:
            condition = _condition(selection, outer)
            if condition is None:
                continue
            if isinstance(selection, FieldNode):
                same = found.setdefault((selection.alias or selection.name).value, {})
                known = same.get(id(selection))
                same[id(selection)] = (selection, condition if known is None or known[1] == condition else ALWAYS)
            elif isinstance(selection, InlineFragmentNode):
                on = selection.type_condition
                if on is None or below.parent in weights.possible(on.name.value):
                    waiting.append((selection.selection_set, condition))
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name in spread:
                    if spread[name] in (ALWAYS, condition):
                        continue
                    condition = ALWAYS
                spread[name] = condition
                fragment = fragments[name]
                if below.parent in weights.possible(fragment.type_condition.name.value):
                    waiting.append((fragment.selection_set, condition))
    return found


def _condition(selection: SelectionNode, outer: Condition) -> Condition | None:
    """None for what @skip or @include leave out whatever the variables are."""
    condition = outer
    for directive in selection.directives or ():
        if directive.name.value not in {"skip", "include"} or not directive.arguments:
            continue
        wanted, said = directive.name.value == "include", directive.arguments[0].value
        if isinstance(said, BooleanValueNode):
            if said.value is not wanted:
                return None
        elif isinstance(said, VariableNode):
            condition |= {(said.name.value, wanted)}
    return condition


def _size(field: FieldWeight, node: FieldNode, sized: Mapping[str, "int | OpenSize"]) -> "int | OpenSize":
    sizing = field.sizing
    if sizing is None:
        return sized.get(field.name, UNSAID) if field.is_list else 1
    otherwise = sizing.assumed if sizing.assumed is not None else UNSAID
    if not sizing.slicing:
        return otherwise
    constants, reads, given = [], [], 0
    for path in sizing.slicing:
        value, rest = _written(node, path)
        given += value is not None
        if isinstance(value, VariableNode):
            reads.append((value.name.value, *rest))
        elif isinstance(value, IntValueNode):
            constants.append(max(0, int(value.value)))
        elif isinstance(value, ListValueNode):
            constants.append(len(value.values))
    if sizing.require_one and given != 1:
        raise Refused(Code.BAD_USER_INPUT, _needs_one(field, sizing))
    constant = max(constants, default=None)
    if reads:
        return OpenSize(tuple(reads), constant, otherwise)
    return otherwise if constant is None else constant


def _needs_one(field: FieldWeight, sizing: Sizing) -> str:
    names = ", ".join(".".join(path) for path in sizing.slicing)
    return f"Field '{field.coordinate}' needs exactly one argument that says how many entries: {names}."


def _written(node: FieldNode, path: tuple[str, ...]) -> tuple[ValueNode | None, tuple[str, ...]]:
    """What stands at a path of arguments, and what of the path is left below a variable."""
    value = next((each.value for each in node.arguments or () if each.name.value == path[0]), None)
    rest = path[1:]
    while rest and isinstance(value, ObjectValueNode):
        value = next((each.value for each in value.fields if each.name.value == rest[0]), None)
        rest = rest[1:]
    return value, rest


def _size_at(variables: Mapping[str, Any], path: tuple[str, ...]) -> int | None:
    value: Any = variables
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, list | tuple):
        return len(value)
    return max(0, value) if isinstance(value, int) else None
