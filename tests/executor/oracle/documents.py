"""Operations drawn by hypothesis-graphql, grown, aliased, split, wrapped in fragments, and put under conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import graphql
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    print_ast,
)
from graphql.utilities import value_from_ast_untyped

FLAGS = ("p", "q", "r")
MOST_GROWN = 3  # fields that are added in one place

# Values of an argument, as GraphQL text, for fields that are added; by the argument's named type.
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """A document with one operation, and sets of variables as clients send them."""

    text: str
    variables: tuple[dict[str, Any], ...]


@dataclass
class _Varied:
    """A variable: how it is declared, and what may be sent for it; `ABSENT` is sent by leaving it out."""

    type: str
    sent: list[Any]
    default: str | None = None


ABSENT = object()


@dataclass
class Rewriting:
    """Of one document. `grows` False leaves the fields as they were drawn."""

    schema: GraphQLSchema
    random: Random
    values: Values
    grows: bool = True
    is_left_out: Callable[[str], bool] = lambda _coordinate: False
    fragments: list[FragmentDefinitionNode] = field(default_factory=list)
    reusable: dict[str, list[str]] = field(default_factory=dict)  # by type: fragments that conflict with nothing
    variables: dict[str, _Varied] = field(default_factory=dict)
    count: int = 0

    def asked(self, document: DocumentNode, sets: int) -> Asked:
        (operation,) = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        root = self.schema.get_root_type(operation.operation)
        assert root is not None
        said = print_ast(self._selections(operation.selection_set, root, 0, is_exact=True))
        declared = ", ".join(
            f"${name}: {each.type}{f' = {each.default}' if each.default else ''}"
            for name, each in self.variables.items()
        )
        text = f"{operation.operation.value} Op{f'({declared})' if declared else ''} {said}\n"
        text += "\n".join(map(print_ast, self.fragments))
        return Asked(text, tuple(self._sent() for _ in range(sets)))

    def _sent(self) -> dict[str, Any]:
        chosen = {name: self.random.choice(each.sent) for name, each in self.variables.items()}
        return {name: value for name, value in chosen.items() if value is not ABSENT}

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    # Selections

    def _selections(self, of: SelectionSetNode, parent: Any, depth: int, *, is_exact: bool) -> SelectionSetNode:
        """`is_exact`: no other type shares this place, so that fields may be added by their own names."""
        random = self.random
        out: list[Any] = []
        for selection in of.selections:
            if isinstance(selection, InlineFragmentNode):
                assert selection.type_condition is not None
                kind = self.schema.get_type(selection.type_condition.name.value)
                inner = self._selections(selection.selection_set, kind, depth, is_exact=False)
                out.append(self._conditioned(_inline(inner, selection.type_condition.name.value), 0.1))
            else:
                assert isinstance(selection, FieldNode)
                out += self._field(selection, parent, depth)
        if self.grows and is_exact and isinstance(parent, GraphQLObjectType) and depth:
            out += [self._grown(parent, depth) for _ in range(random.randrange(MOST_GROWN + 1))]
        if self._chance(0.2):
            alias = NameNode(value=self._fresh("t")) if self._chance(0.3) else None
            name = NameNode(value="__typename")
            out.insert(random.randrange(len(out) + 1), FieldNode(alias=alias, name=name, arguments=(), directives=()))
        if self._chance(0.2):
            random.shuffle(out)
        return SelectionSetNode(selections=tuple(self._wrapped(out, parent)))

    def _field(self, node: FieldNode, parent: Any, depth: int) -> list[Any]:
        definition = parent.fields[node.name.value]
        arguments = tuple(
            ArgumentNode(name=each.name, value=self._varied(each.value, definition.args[each.name.value].type))
            for each in node.arguments or ()
        )
        alias = node.alias
        if alias is None and self._chance(0.15):
            alias = NameNode(value=self._fresh(self.random.choice(("a", "s", "__a"))))
        below = node.selection_set
        if below is not None:
            kind = graphql.get_named_type(definition.type)
            below = self._selections(below, kind, depth + 1, is_exact=True)

        def said(part: SelectionSetNode | None) -> Any:
            made = FieldNode(alias=alias, name=node.name, arguments=arguments, directives=(), selection_set=part)
            return self._conditioned(made, 0.12)

        if below is not None and len(below.selections) > 1 and self._chance(0.2):
            at = self.random.randrange(1, len(below.selections))
            parts = (below.selections[:at], below.selections[at:])
            return [said(SelectionSetNode(selections=part)) for part in parts]
        return [said(below)] * (2 if self._chance(0.1) else 1)

    def _grown(self, parent: GraphQLObjectType, depth: int) -> FieldNode:
        names = [name for name in parent.fields if not self.is_left_out(f"{parent.name}.{name}")]
        name = self.random.choice(names)
        definition = parent.fields[name]
        kind = graphql.get_named_type(definition.type)
        is_leaf = graphql.is_leaf_type(kind)
        if not is_leaf and depth > 3:
            return FieldNode(name=NameNode(value="__typename"), alias=None, arguments=(), directives=())
        arguments = []
        for argument, is_ in definition.args.items():
            if graphql.is_required_argument(is_) or self._chance(0.5):
                named = graphql.get_named_type(is_.type)
                values = list(named.values) if graphql.is_enum_type(named) else self.values[named.name]
                literal = graphql.parse_value(self.random.choice(values), no_location=True)
                arguments.append(ArgumentNode(name=NameNode(value=argument), value=self._varied(literal, is_.type)))
        below = None
        if not is_leaf:
            typename = FieldNode(name=NameNode(value="__typename"), alias=None, arguments=(), directives=())
            if isinstance(kind, GraphQLObjectType):
                grown = tuple(self._grown(kind, depth + 1) for _ in range(self.random.randrange(1, MOST_GROWN + 1)))
                below = SelectionSetNode(selections=grown)
            else:
                chosen = self.random.choice(self.schema.get_possible_types(kind))
                inner = SelectionSetNode(selections=(self._grown(chosen, depth + 2),))
                below = SelectionSetNode(selections=(typename, _inline(inner, chosen.name)))
        is_aliased = arguments or not is_leaf or self._chance(0.2)
        alias = NameNode(value=self._fresh("g")) if is_aliased else None
        return FieldNode(
            alias=alias, name=NameNode(value=name), arguments=tuple(arguments), directives=(), selection_set=below
        )

    def _wrapped(self, selections: list[Any], parent: Any) -> list[Any]:
        """A part of the selections, put into a fragment."""
        if self.reusable.get(parent.name) and self._chance(0.2):
            name = self.random.choice(self.reusable[parent.name])
            selections = [*selections, self._conditioned(_spread(name), 0.3)]
        if len(selections) < 2 or not self._chance(0.4):
            return selections
        at = self.random.randrange(len(selections))
        rest, part = selections[:at], SelectionSetNode(selections=tuple(selections[at:]))
        if self._chance(0.5):
            name = self._fresh("F")
            self.fragments.append(
                FragmentDefinitionNode(
                    name=NameNode(value=name),
                    type_condition=NamedTypeNode(name=NameNode(value=parent.name)),
                    directives=(),
                    variable_definitions=(),
                    selection_set=part,
                )
            )
            if _is_plain(part) and isinstance(parent, GraphQLObjectType):
                self.reusable.setdefault(parent.name, []).append(name)
            wrapped: Any = _spread(name)
        else:
            wrapped = _inline(part, parent.name if self._chance(0.5) else None)
        wrapped = self._conditioned(wrapped, 0.2)
        order = [wrapped, *rest] if self._chance(0.3) else [*rest, wrapped]
        return [*order, wrapped] if isinstance(wrapped, FragmentSpreadNode) and self._chance(0.3) else order

    def _conditioned(self, node: Any, share: float) -> Any:
        if not self._chance(share):
            return node
        names = ("skip", "include") if self._chance(0.1) else (self.random.choice(("skip", "include")),)
        directives = []
        for name in names:
            value: Any = BooleanValueNode(value=self._chance(0.5))
            if self._chance(0.75):
                flag = self.random.choice(FLAGS)
                value = VariableNode(name=NameNode(value=flag))
                if flag not in self.variables:
                    self.variables[flag] = _Varied("Boolean!", [True, False])
                    if self._chance(0.5):
                        default = self._chance(0.5)
                        self.variables[flag] = _Varied(
                            self.random.choice(("Boolean", "Boolean!")), [True, False, ABSENT], str(default).lower()
                        )
            argument = ArgumentNode(name=NameNode(value="if"), value=value)
            directives.append(DirectiveNode(name=NameNode(value=name), arguments=(argument,)))
        said = {key: getattr(node, key, None) for key in node.keys if key != "loc"} | {"directives": tuple(directives)}
        return type(node)(**said)

    # Values

    def _varied(self, node: Any, kind: Any) -> Any:
        """The value, or a variable in its place, as a whole or in its parts."""
        if self._chance(0.35):
            return self._variable(node, kind)
        named = graphql.get_nullable_type(kind)
        if isinstance(node, ListValueNode) and graphql.is_list_type(named):
            return ListValueNode(values=tuple(self._varied(each, named.of_type) for each in node.values))
        if isinstance(node, ObjectValueNode) and graphql.is_input_object_type(named):
            return ObjectValueNode(
                fields=tuple(
                    ObjectFieldNode(name=each.name, value=self._varied(each.value, named.fields[each.name.value].type))
                    for each in node.fields
                )
            )
        return node

    def _variable(self, node: Any, kind: Any) -> VariableNode:
        name, value = self._fresh("v"), value_from_ast_untyped(node)
        required = graphql.is_non_null_type(kind)
        sent = [value, value, value, _raw(value), _raw(value)]
        if self._chance(0.03):
            sent.append({"wrong": "for any type"})  # refused before anything runs
        default = None
        if self._chance(0.4):
            default = print_ast(node)
            sent.append(ABSENT)
            if required and value is not None and self._chance(0.6):
                # A nullable variable may stand where null may not, for its default; null is then the field's error.
                kind = kind.of_type
                sent += [None, None]
        elif not required:
            sent += [ABSENT, None]
        self.variables[name] = _Varied(str(kind), sent, default)
        return VariableNode(name=NameNode(value=name))


def _raw(value: Any) -> Any:
    """The same value as another client would send it, left to coercion."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list | type(None)):
        return value[0]
    return value


def _inline(selections: SelectionSetNode, kind: str | None) -> InlineFragmentNode:
    condition = NamedTypeNode(name=NameNode(value=kind)) if kind else None
    return InlineFragmentNode(type_condition=condition, directives=(), selection_set=selections)


def _spread(name: str) -> FragmentSpreadNode:
    return FragmentSpreadNode(name=NameNode(value=name), directives=(), arguments=())


def _is_plain(selections: SelectionSetNode) -> bool:
    """Whether it merges with whatever else is selected: the same name always means the same."""
    return all(
        isinstance(each, FieldNode) and not each.arguments and each.selection_set is None
        for each in selections.selections
    )
