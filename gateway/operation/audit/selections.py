"""An operation's selections by the type that they meet: which key of the answer is which field."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from gateway.operation.audit.noticed import NOTICED
from gateway.operation.document import Understood

ANEW = frozenset({"Person", "Workshop"})


@dataclass(frozen=True, slots=True)
class Selected:
    """`whole`: a value in itself, though its type may have fields (a Day): its coordinate stands for all of it."""

    key: str
    name: str
    coordinate: str
    whole: bool
    kind: GraphQLNamedType
    below: "Selections"
    node: FieldNode
    field: GraphQLField
    alone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Here:
    """`coordinates` of all values that may stand here, at any depth, and of lists, which may be empty; `is_flat`: all
    are values in themselves, and none is a list; `is_anew`: what is below is about the object alone, whoever led there;
    `reaches_others`: the record has to notice who stands below; `alone`,
    for each field, is what is selected of its objects where neither they nor what is below them can be somebody else;
    `below`, where the schema says of which type they are.
    """

    fields: tuple[Selected, ...]
    keys: tuple[str, ...]
    coordinates: frozenset[str]
    is_flat: bool
    is_anew: bool
    reaches_others: bool
    alone: tuple["Here | None", ...]
    below: tuple["Here | None", ...]


class Selections:
    """What is selected in one place. `of` a type: by the keys of its objects in the answer, without `__` names."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        sets: tuple[SelectionSetNode, ...],
    ) -> None:
        self._schema, self._fragments, self._sets = schema, fragments, sets
        self._by_type: dict[str, Mapping[str, Selected]] = {}
        self._here: dict[str, Here] = {}

    def of(self, kind: GraphQLObjectType) -> Mapping[str, Selected]:
        found = self._by_type.get(kind.name)
        if found is None:
            found = self._by_type[kind.name] = self._found(kind)
        return found

    def here(self, kind: GraphQLObjectType) -> "Here":
        """What is selected of an object of this type, in a form that is quick to go over."""
        known = self._here.get(kind.name)
        if known is None:
            known = self._here[kind.name] = self._all_of(kind)
        return known

    def _all_of(self, kind: GraphQLObjectType) -> "Here":
        fields = tuple(self.of(kind).values())
        found: set[str] = set()
        for selected in fields:
            if selected.whole or is_list_type(get_nullable_type(selected.field.type)):
                found.add(selected.coordinate)
            if not selected.whole and isinstance(selected.kind, GraphQLObjectType):
                found |= selected.below.here(selected.kind).coordinates
        return Here(
            fields=fields,
            keys=tuple(selected.key for selected in fields),
            coordinates=frozenset(found),
            is_flat=all(s.whole and not is_list_type(get_nullable_type(s.field.type)) for s in fields),
            is_anew=kind.name in ANEW,
            reaches_others=not NOTICED.isdisjoint(self._types_below(kind)),
            alone=tuple(_alone(selected) for selected in fields),
            below=tuple(_below(selected) for selected in fields),
        )

    def _types_below(self, kind: GraphQLObjectType) -> frozenset[str]:
        found: set[str] = set()
        for selected in self.of(kind).values():
            if is_abstract_type(selected.kind):
                found |= {possible.name for possible in self._schema.get_possible_types(selected.kind)}
            elif isinstance(selected.kind, GraphQLObjectType):
                found |= {selected.kind.name} | selected.below._types_below(selected.kind)
        return frozenset(found)

    def _found(self, kind: GraphQLObjectType) -> Mapping[str, Selected]:
        nodes: dict[str, list[FieldNode]] = {}
        for node in self._nodes(kind):
            nodes.setdefault((node.alias or node.name).value, []).append(node)
        return {key: self._selected(key, kind, same) for key, same in nodes.items()}

    def _selected(self, key: str, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Selected:
        name = nodes[0].name.value
        field = kind.fields[name]
        named = get_named_type(field.type)
        below = tuple(node.selection_set for node in nodes if node.selection_set)
        return Selected(
            key=key,
            name=name,
            coordinate=f"{kind.name}.{name}",
            whole=is_leaf_type(named) or _is_sensitive(field),
            kind=named,
            below=Selections(self._schema, self._fragments, below),
            node=nodes[0],
            field=field,
            alone=frozenset({f"{kind.name}.{name}"}),
        )

    def _nodes(self, kind: GraphQLObjectType) -> Iterator[FieldNode]:
        seen: set[str] = set()
        waiting = list(self._sets)
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    if not node.name.value.startswith("__"):
                        yield node
                elif isinstance(node, InlineFragmentNode):
                    if node.type_condition is None or self._meets(node.type_condition.name.value, kind):
                        waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                    seen.add(node.name.value)
                    fragment = self._fragments[node.name.value]
                    if self._meets(fragment.type_condition.name.value, kind):
                        waiting.append(fragment.selection_set)

    def _meets(self, condition: str, kind: GraphQLObjectType) -> bool:
        if condition == kind.name:
            return True
        other = self._schema.type_map[condition]
        return is_abstract_type(other) and self._schema.is_sub_type(other, kind)


class SelectionsOfDocuments:
    """Keeps the selections of the operations used last."""

    def __init__(self, schema: GraphQLSchema, kept: int = 1_000) -> None:
        self._schema, self._kept = schema, kept
        self._by_operation: OrderedDict[tuple[bytes, str | None], tuple[GraphQLObjectType, Selections]] = OrderedDict()

    def of(self, understood: Understood, name: str | None) -> tuple[GraphQLObjectType, Selections]:
        """The type where the operation begins, and what it selects."""
        key = (understood.digest, name)
        known = self._by_operation.get(key)
        if known is None:
            known = self._by_operation[key] = self._worked_out(understood, name)
            if len(self._by_operation) > self._kept:
                self._by_operation.popitem(last=False)
        return known

    def _worked_out(self, understood: Understood, name: str | None) -> tuple[GraphQLObjectType, Selections]:
        operation = understood.operation(name)
        fragments = {d.name.value: d for d in understood.document.definitions if isinstance(d, FragmentDefinitionNode)}
        root = self._schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - the document is valid
        return root, Selections(self._schema, fragments, (operation.selection_set,))


def _below(selected: Selected) -> Here | None:
    kind = selected.kind
    return selected.below.here(kind) if isinstance(kind, GraphQLObjectType) and not selected.whole else None


def _alone(selected: Selected) -> Here | None:
    here = _below(selected)
    return None if here is None or here.reaches_others or selected.kind.name in NOTICED else here


def _is_sensitive(field: GraphQLField) -> bool:
    said = field.extensions.get("strawberry-definition")
    return any(type(one).__name__ == "SensitiveDirective" for one in getattr(said, "directives", ()))
