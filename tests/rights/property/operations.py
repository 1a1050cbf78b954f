"""Random operations over the printed schema: fragments, aliases that borrow another field's name, @skip and @include.

Within one document a response key of a type always means the same field with the same arguments, so that whatever is
drawn is valid: merging two selections never conflicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, build_schema, get_named_type, is_leaf_type

from tests.rights.property.country import PEOPLE, WORKSHOPS

SCHEMA: GraphQLSchema = build_schema((Path(__file__).resolve().parents[3] / "schema.graphql").read_text())
T = TypeVar("T")
DEEPEST = 7
# What the gateway itself keeps, and these cases run without; and what rules make of many facts at once, so that no
# value of it is one person's one field. Their own tests prove who may read them.
LEFT_OUT = frozenset(
    {
        *("Person.accessLog", "Person.requests", "Person.certificates", "Person.paymentTickets", "Person.treatment"),
        *(
            "Person.eligibility",
            "Workshop.eligibility",
            "Workshop.electronicNoticeAgreement",
            "Workshop.instalmentQuote",
        ),
    }
)
FLAGS = ("b0", "b1", "b2")
WRONG_CODE = "3010000079"  # a check digit that does not hold


@dataclass(frozen=True)
class Operation:
    """`variables` are as sent: those that keep their default are left out."""

    text: str
    variables: dict[str, Any]


@dataclass
class _Drawing:
    random: Random
    node_ids: dict[str, str]
    keys: dict[tuple[str, str], str] = field(default_factory=dict)  # (type, response key) -> field
    arguments: dict[tuple[str, str], str] = field(default_factory=dict)
    fragments: list[tuple[str, str, str]] = field(default_factory=list)  # name, type, selection
    declared: dict[str, str] = field(default_factory=dict)  # variable -> type and default
    variables: dict[str, Any] = field(default_factory=dict)
    count: int = 0

    def one_of(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def chance(self, in_twelve: int) -> bool:
        return self.random.randrange(12) < in_twelve

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"


def operation_of(random: Random, node_ids: dict[str, str], subject: str | None = None) -> Operation:
    """`node_ids` by what they name. `subject`: a person who is asked for more often than others."""
    drawing = _Drawing(random, node_ids)
    people = (*PEOPLE, *([subject] * 20 if subject else []))
    roots = [_root(drawing, people) for _ in range(random.choice((1, 1, 2)))]
    declared = ", ".join(f"${name}: {type_}" for name, type_ in drawing.declared.items())
    text = "query Q" + (f"({declared})" if declared else "") + " { " + " ".join(roots) + " }"
    text += "".join(f"\nfragment {name} on {type_} {{ {chosen} }}" for name, type_, chosen in drawing.fragments)
    return Operation(text, drawing.variables)


def _root(d: _Drawing, people: tuple[str, ...]) -> str:
    person = SCHEMA.type_map["Person"]
    match d.random.randrange(16):
        case 0 | 1:
            said = f"{d.fresh('me')}: me{_condition(d)} {{ {_selection(d, person, 1)} }}"
        case 2 | 3 | 4:
            item = f"nationalId code {d.fresh('person')}: person {{ {_selection(d, person, 2)} }}"
            chosen = [d.one_of((*people, WRONG_CODE)) for _ in range(d.random.choice((1, 2, 2, 3)))]
            codes = _value(d, "[PersonRef!]!", chosen, "[" + ", ".join(f'"{c}"' for c in chosen) + "]")
            said = f"{d.fresh('many')}: persons(nationalIds: {codes}){_condition(d)} {{ {item} }}"
        case 5 | 6:
            named = d.one_of((*people, *(f"{w.code.digits}@{w.branch.digits}" for w in WORKSHOPS)))
            id_ = _value(d, "ID!", d.node_ids[named], f'"{d.node_ids[named]}"')
            type_ = "Workshop" if "@" in named else "Person"
            inner = f"... on {type_}{_condition(d)} {{ {_selection(d, SCHEMA.type_map[type_], 2)} }}"
            if d.chance(4):  # what it is not may be open to the caller who may see nothing of what it is
                inner += " ... on Person" if type_ == "Workshop" else " ... on Workshop"
                inner += f" {{ {d.fresh('other')}: {'nationalId' if type_ == 'Workshop' else 'name'} }}"
            said = f"{d.fresh('node')}: node(id: {id_}){_condition(d)} {{ __typename {inner} }}"
        case 7:
            shop = d.one_of(WORKSHOPS)
            code = _value(d, "WorkshopCode!", shop.code.digits, f'"{shop.code.digits}"')
            chosen_ = _selection(d, SCHEMA.type_map["Workshop"], 1)
            branch = shop.branch.digits
            said = f'{d.fresh("shop")}: workshop(code: {code}, branch: "{branch}"){_condition(d)} {{ {chosen_} }}'
        case _:
            who = d.one_of(people)
            chosen_ = _selection(d, person, 1)
            code = _value(d, "NationalId!", who, f'"{who}"')
            said = f"{d.fresh('one')}: person(nationalId: {code}){_condition(d)} {{ {chosen_} }}"
    return f"... on Query {{ {said} }}" if d.chance(1) else said


def _value(d: _Drawing, type_: str, value: Any, literal: str) -> str:
    if d.chance(6):
        return literal
    name = d.fresh("v")
    if d.chance(2):
        d.declared[name] = f"{type_} = {literal}"
    else:
        d.declared[name] = type_
        d.variables[name] = value
    return f"${name}"


def _selection(d: _Drawing, type_: Any, depth: int) -> str:
    fields = [name for name in type_.fields if f"{type_.name}.{name}" not in LEFT_OUT]
    if depth >= DEEPEST:
        fields = [name for name in fields if _is_leaf(type_.fields[name])] or fields
    parts = [_part(d, type_, d.one_of(fields), depth) for _ in range(d.random.choice((1, 2, 2, 3)))]
    if d.chance(1):
        parts.append("__typename")
    return " ".join(parts)


def _part(d: _Drawing, type_: GraphQLObjectType, name: str, depth: int) -> str:
    reusable = [each for each, on, _ in d.fragments if on == type_.name]
    match d.random.randrange(12):
        case 0:
            return f"...{_condition(d)} {{ {_field(d, type_, name, depth)} }}"
        case 1:
            return f"... on {type_.name}{_condition(d)} {{ {_field(d, type_, name, depth)} }}"
        case 2:
            chosen = _field(d, type_, name, depth)
            fragment = d.fresh("F")
            d.fragments.append((fragment, type_.name, chosen))
            return f"...{fragment}{_condition(d)}"
        case 3 if reusable:
            return f"...{d.one_of(reusable)}{_condition(d)}"
    return _field(d, type_, name, depth)


def _field(d: _Drawing, type_: GraphQLObjectType, name: str, depth: int) -> str:
    definition: GraphQLField = type_.fields[name]
    said = _aliased(d, type_, name) + _arguments(d, type_, name) + _condition(d)
    if _is_leaf(definition):
        return said
    return f"{said} {{ {_selection(d, get_named_type(definition.type), depth + 1)} }}"


def _aliased(d: _Drawing, type_: GraphQLObjectType, name: str) -> str:
    wanted = name
    if d.chance(3):
        wanted = d.one_of((f"{name}X", *type_.fields))  # borrowing another field's name is what a bypass would try
    taken = d.keys.setdefault((type_.name, wanted), name)
    if taken != name:
        wanted = f"{name}Y"
        if d.keys.setdefault((type_.name, wanted), name) != name:
            wanted = d.fresh(name)
            d.keys[type_.name, wanted] = name
    return name if wanted == name else f"{wanted}: {name}"


def _arguments(d: _Drawing, type_: GraphQLObjectType, name: str) -> str:
    if "first" not in type_.fields[name].args:
        return ""
    if (type_.name, name) not in d.arguments:
        first = d.random.randint(1, 3)
        d.arguments[type_.name, name] = f"(first: {_value(d, 'Int', first, str(first))})" if d.chance(6) else ""
    return d.arguments[type_.name, name]


def _condition(d: _Drawing) -> str:
    if not d.chance(2):
        return ""
    directive = d.one_of(("skip", "include"))
    if d.chance(4):
        return f" @{directive}(if: {'true' if d.chance(6) else 'false'})"
    flag = d.one_of(FLAGS)
    if flag not in d.declared:
        default = d.chance(6)
        d.declared[flag] = f"Boolean! = {'true' if default else 'false'}"
        if d.chance(8):
            d.variables[flag] = d.chance(6)
    return f" @{directive}(if: ${flag})"


def _is_leaf(definition: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(definition.type))
