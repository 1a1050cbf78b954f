"""What an operation asks for, read from its text and its variables alone: by response key, conditions applied."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    parse,
    value_from_ast_untyped,
)

from tests.rights.property.operations import SCHEMA


@dataclass
class Asked:
    """A field that is to be answered. `kind` is the type of its answer; a leaf has no `below`.

    Where it is mentioned several times in one place, `mentions` has what each mention selects.
    """

    key: str
    coordinate: str
    kind: str
    arguments: Mapping[str, Any]
    below: list["Asked"] = field(default_factory=list)
    mentions: list[list["Asked"]] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        return bool(is_leaf_type(SCHEMA.type_map[self.kind]))

    def everything(self) -> Iterator["Asked"]:
        yield self
        for each in self.below:
            yield from each.everything()


def asked_by(text: str, variables: Mapping[str, Any], kinds_of_nodes: Mapping[str, str]) -> list[Asked]:
    """`kinds_of_nodes` says the type that each id leads to. Fields that @skip and @include leave out are not there."""
    document = parse(text)
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    values = {
        d.variable.name.value: value_from_ast_untyped(d.default_value)
        for d in operation.variable_definitions or ()
        if d.default_value
    }
    return _Reader(document, {**values, **variables}, kinds_of_nodes).fields([operation.selection_set], "Query")


class _Reader:
    def __init__(self, document: DocumentNode, variables: dict[str, Any], kinds: Mapping[str, str]) -> None:
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._variables = variables
        self._kinds = kinds

    def fields(self, sets: Iterable[SelectionSetNode], owner: str) -> list[Asked]:
        found: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            for node in self._flat(selection_set, owner):
                found.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return [self._asked(key, nodes, owner) for key, nodes in found.items()]

    def _asked(self, key: str, nodes: list[FieldNode], owner: str) -> Asked:
        name = nodes[0].name.value
        arguments = {a.name.value: value_from_ast_untyped(a.value, self._variables) for a in nodes[0].arguments or ()}
        if name == "__typename":
            return Asked(key, "__typename", "String", arguments)
        of_owner = SCHEMA.type_map[owner]
        assert isinstance(of_owner, GraphQLObjectType)
        kind = get_named_type(of_owner.fields[name].type).name
        if kind == "Node":
            kind = self._kinds[arguments["id"]]
        sets = [node.selection_set for node in nodes if node.selection_set]
        mentions = [self.fields([one], kind) for one in sets] if len(sets) > 1 else []
        return Asked(key, f"{owner}.{name}", kind, arguments, self.fields(sets, kind) if sets else [], mentions)

    def _flat(self, selection_set: SelectionSetNode, owner: str) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._holds(node):
                continue
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    if node.type_condition is None or node.type_condition.name.value in (owner, "Node"):
                        yield from self._flat(node.selection_set, owner)
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    if fragment.type_condition.name.value in (owner, "Node"):
                        yield from self._flat(fragment.selection_set, owner)

    def _holds(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            said = value_from_ast_untyped((directive.arguments or ())[0].value, self._variables)
            if said is (directive.name.value == "skip"):
                return False
        return True
