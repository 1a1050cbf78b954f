"""Which fields of an operation are refused, decided on the operation alone: the rule of `admission`, without memory."""

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
)

from gateway.operation.engine import is_refused, offset_of
from gateway.rights.scopes import STRUCTURAL
from gateway.schema.directives import SourceDirective
from gateway.schema.grantable import is_fact

Releases = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Admitted:
    """`refused` has a coordinate for each refused field, by where the field begins in the document (an offset).

    `paths` are those of the answer that are refused, without the places in lists. `closed_types` has, by where a field
    begins that may lead to several types, those of which nothing selected may leave, if that is not so of all.
    """

    refused: Mapping[int, str]
    paths: tuple[tuple[str, ...], ...] = ()
    closed_types: Mapping[int, frozenset[str]] = field(default_factory=dict)


def admitted_fields(
    graph: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    releases: Releases,
    *,
    by_contract: bool,
) -> Admitted:
    """`by_contract`: a call must yield a fact that is named; pages and provenances alone are none."""
    root = graph.get_root_type(operation.operation)
    assert root is not None  # noqa: S101 - the document is valid
    walk = _Walk(graph, fragments_of(document), variables, releases, by_contract=by_contract)
    walk.over(operation.selection_set, frozenset({root.name}))
    if not walk.refused:
        return Admitted({}, closed_types=walk.closed_types)
    return Admitted(walk.refused, tuple(walk.refused_paths(operation)), walk.closed_types)


class Yield(enum.IntEnum):
    """What a selection gives, the most of it: a refused field takes nothing from what is open beside it."""

    EMPTY = enum.auto()
    """Nothing is selected, or only the name of the type."""
    REFUSED = enum.auto()
    STRUCTURE = enum.auto()
    FACT = enum.auto()


class _Walk:
    """Over what is executed, each fragment once for the types it may meet."""

    def __init__(
        self,
        graph: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        releases: Releases,
        *,
        by_contract: bool,
    ) -> None:
        self._graph = graph
        self._fragments = fragments
        self._variables = variables
        self._releases = releases
        self._by_contract = by_contract
        self._keys = _keys_of(graph)
        self._spread: dict[tuple[str, frozenset[str]], Yield] = {}
        self.refused: dict[int, str] = {}
        self.closed_types: dict[int, frozenset[str]] = {}

    def over(self, selection_set: SelectionSetNode, types: frozenset[str]) -> Yield:
        """`types` are the names of the object types that may stand here."""
        found = (self._of(s, types) for s in selection_set.selections if is_included(s, self._variables))
        return max(found, default=Yield.EMPTY)

    def refused_paths(self, operation: OperationDefinitionNode) -> Iterator[tuple[str, ...]]:
        """A field that is mentioned several times in one place is refused where each mention is."""
        waiting: list[tuple[tuple[str, ...], list[SelectionSetNode]]] = [((), [operation.selection_set])]
        while waiting:
            path, selection_sets = waiting.pop()
            mentions: dict[str, list[FieldNode]] = {}
            for selection_set in selection_sets:
                for node in fields_at_root(selection_set, self._fragments, self._is_included):
                    mentions.setdefault((node.alias or node.name).value, []).append(node)
            further = []
            for name, nodes in mentions.items():
                if is_refused(nodes, self.refused):
                    yield (*path, name)
                elif below := [node.selection_set for node in nodes if node.selection_set]:
                    further.append(((*path, name), below))
            waiting += reversed(further)

    def _of(self, selection: SelectionNode, types: frozenset[str]) -> Yield:
        match selection:
            case FieldNode():
                return self._of_field(selection, types)
            case InlineFragmentNode():
                condition = selection.type_condition
                narrowed = types & self._types(condition.name.value) if condition else types
                return self.over(selection.selection_set, narrowed) if narrowed else Yield.EMPTY
            case FragmentSpreadNode():
                return self._of_spread(selection.name.value, types)
        raise TypeError(selection.kind)

    def _of_spread(self, name: str, types: frozenset[str]) -> Yield:
        fragment = self._fragments[name]
        narrowed = types & self._types(fragment.type_condition.name.value)
        if not narrowed:
            return Yield.EMPTY
        key = (name, narrowed)
        if key not in self._spread:
            self._spread[key] = self.over(fragment.selection_set, narrowed)
        return self._spread[key]

    def _of_field(self, node: FieldNode, types: frozenset[str]) -> Yield:
        name = node.name.value
        if name.startswith("__"):
            return Yield.EMPTY
        coordinates = sorted(f"{owner}.{name}" for owner in types)
        closed = next((c for c in coordinates if not self._releases(c)), None)
        if closed is not None:
            return self._refuse(node, closed)
        owner = self._graph.get_type(min(types))
        assert isinstance(owner, GraphQLObjectType)  # noqa: S101 - `types` names objects alone
        definition = owner.fields[name]
        is_structural = STRUCTURAL.issuperset(coordinates)
        kind = get_named_type(definition.type)
        if node.selection_set is None:
            return Yield.STRUCTURE if is_structural else Yield.FACT
        types_below = self._types(kind.name)
        if _crosses(definition):
            return self._of_crossing(node, node.selection_set, coordinates[0], types_below)
        below = self.over(node.selection_set, types_below)
        return Yield.FACT if is_fact(kind) and not is_structural else below

    def _of_crossing(
        self, node: FieldNode, selection_set: SelectionSetNode, coordinate: str, types: frozenset[str]
    ) -> Yield:
        """Each type by itself: `node` asks about a workshop and not about a person, and is open where either is."""
        found = {each: self.over(selection_set, frozenset({each})) for each in types}
        open_ = {each: below for each, below in found.items() if self._is_worth_it(each, below)}
        if not open_:
            return self._refuse(node, coordinate)
        if closed := types - open_.keys():
            self.closed_types[offset_of(node)] = closed
        return max(open_.values())

    def _is_worth_it(self, type_name: str, below: Yield) -> bool:
        """A call, if something that it yields is released. A key costs none, and keeps what is open below it."""
        if type_name in self._keys:
            return below is not Yield.EMPTY or not self._by_contract
        return below is Yield.FACT if self._by_contract else below is not Yield.REFUSED

    def _refuse(self, node: FieldNode, coordinate: str) -> Yield:
        self.refused[offset_of(node)] = coordinate
        return Yield.REFUSED

    def _types(self, name: str) -> frozenset[str]:
        kind = self._graph.get_type(name)
        if is_abstract_type(kind):
            return frozenset(possible.name for possible in self._graph.get_possible_types(kind))
        return frozenset({name})

    def _is_included(self, selection: SelectionNode) -> bool:
        return is_included(selection, self._variables)


def is_included(selection: SelectionNode, variables: Mapping[str, Any]) -> bool:
    """By @skip and @include, with coerced variables."""
    for directive in selection.directives or ():
        if directive.name.value in ("skip", "include"):
            value = directive.arguments[0].value if directive.arguments else None
            said = value.value if isinstance(value, BooleanValueNode) else _value_of(value, variables)
            if said is (directive.name.value == "skip"):
                return False
    return True


def _value_of(value: ValueNode | None, variables: Mapping[str, Any]) -> object:
    return variables.get(value.name.value) if isinstance(value, VariableNode) else None


def _crosses(field: GraphQLField) -> bool:
    return any(isinstance(said, SourceDirective) for said in field.extensions["strawberry-definition"].directives)


def _keys_of(graph: GraphQLSchema) -> frozenset[str]:
    """The types that some way in leads to without asking anybody: of a person all but the code is asked below."""
    assert graph.query_type  # noqa: S101 - ours has one
    ways_in = graph.query_type.fields.values()
    return frozenset(get_named_type(way.type).name for way in ways_in if not _crosses(way))


def fields_at_root(
    selection_set: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    is_included: Callable[[SelectionNode], bool] = lambda _: True,
) -> Iterator[FieldNode]:
    """The fields of one place, through its fragments, each fragment once."""
    seen: set[str] = set()
    waiting = list(reversed(selection_set.selections))
    while waiting:
        selection = waiting.pop()
        if not is_included(selection):
            continue
        match selection:
            case FieldNode():
                yield selection
            case InlineFragmentNode():
                waiting += reversed(selection.selection_set.selections)
            case FragmentSpreadNode() if selection.name.value not in seen:
                seen.add(selection.name.value)
                waiting += reversed(fragments[selection.name.value].selection_set.selections)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
