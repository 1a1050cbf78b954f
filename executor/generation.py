"""Writes functions that complete values in which no resolver stands: an expression a leaf, no task, no path, no info.

They are written for the class of record that they meet, and fail, with whatever exception, on anything that is not as
expected: None where none may be, another class, a value that its type cannot serialise. Whoever calls them then
completes the value exactly (`run`).
"""

from collections.abc import Callable, Sequence
from keyword import iskeyword
from types import CoroutineType, NoneType
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from executor.selection import FieldPlan, How, Many, One, Selected
from executor.traits import Traits
from executor.written import view

MOST_CLASSES = 16  # of records in one place; more of them share a function that knows no class
INDENT = "    "


class Surprise(Exception):
    """A value that generated code does not complete. It carries the value, where that may be an awaitable."""


class Writer:
    """Of one plan."""

    def __init__(self, traits: Traits, read: Callable[[object, str], Any]) -> None:
        self._traits = traits
        self._read = read
        self._names = 0
        self._known: dict[str, Any] = {"Surprise": Surprise, "read": read, "lists": (list, tuple)}

    def selected(self, kind: GraphQLObjectType, fields: list[FieldPlan], *, watched: bool) -> Selected:
        selected = Selected(kind, fields, watched=watched)
        ready = {How.TYPENAME, How.ATTRIBUTE, How.PURE}
        # What is watched is told of where it stands, and nothing stands anywhere in the middle of generated code.
        written = [f for f in fields if f.how is How.TYPENAME or (f.value and not f.watched)]
        selected.later = [f for f in fields if not (f.how in ready and f in written)]
        selected.is_pure = not selected.later
        selected.blank = {f.key: kind.name if f.how is How.TYPENAME else None for f in fields}
        done = [f for f in fields if f not in selected.later]
        selected.needs_info = kind.is_type_of is not None or any(f.how is How.PURE or f.needs_info for f in done)
        if selected.is_pure and not selected.needs_info and not self._is_volatile(kind, fields):
            selected.signature = f"{kind.name}{{{' '.join(_written_out(field) for field in fields)}}}"
        _Classes(self, selected)
        return selected

    def _is_volatile(self, kind: GraphQLObjectType, fields: list[FieldPlan]) -> bool:
        """Whether what is made of a record changes while the record does not."""
        if kind.name in self._traits.volatile:
            return True
        return any(below.signature is None for field in fields for below in field.below.values())

    def value(self, kind: Any, below: dict[str, Selected]) -> One:
        """A function of a value and an info."""
        name = self._name("value")
        lines = self._value(kind, "v", below, INDENT)
        self._run(f"def {name}(v, info):\n" + "\n".join([*lines, f"{INDENT}return v"]))
        written: One = self._known[name]
        return written

    def functions(self, selected: Selected, of: type | None) -> tuple[One, Many]:
        """For records of just this class; None: of any."""
        body, parts = self._own_checks(selected), []
        for position, field in enumerate(selected.fields):
            if field.how is How.TYPENAME:
                parts.append((field.key, repr(selected.type.name)))
            elif field in selected.later:
                parts.append((field.key, "None"))
            else:
                variable = f"a{position}"
                body.append(f"{INDENT}{variable} = {self._reading(field, of)}")
                body += self._value(field.type, variable, field.below, INDENT)
                parts.append((field.key, variable))
        made = self._made(selected, parts)
        one, many = self._name("one"), self._name("many")
        any_one = self._bind(selected.one, "one")
        self._run(f"def {one}(o, info):\n" + "\n".join([*body, f"{INDENT}return {made}"]))
        if of is None:
            self._run(f"def {many}(all, info): return [{any_one}(o, info) for o in all]")
            return self._known[one], self._known[many]
        loop = [
            f"if o.__class__ is not {self._bind(of, 'class_')}:",
            f"{INDENT}add({any_one}(o, info))",
            f"{INDENT}continue",
            *(line.removeprefix(INDENT) for line in body),
            f"add({made})",
        ]
        head = [f"def {many}(all, info):", f"{INDENT}out = []", f"{INDENT}add = out.append", f"{INDENT}for o in all:"]
        self._run("\n".join([*head, *(INDENT * 2 + line for line in loop), f"{INDENT}return out"]))
        return self._known[one], self._known[many]

    # What records become

    def _made(self, selected: Selected, parts: list[tuple[str, str]]) -> str:
        if selected.later or not parts:
            return "{" + ", ".join(f"{key!r}: {value}" for key, value in parts) + "}"
        made = view([key for key, _ in parts])
        return f"{self._bind(made, 'View')}({', '.join(value for _, value in parts)})"

    def _own_checks(self, selected: Selected) -> list[str]:
        """Whether the record is of its GraphQL type, where the type wants to be asked."""
        if selected.type.is_type_of is None:
            return []
        asked = self._bind(selected.type.is_type_of, "is_type_of")
        return [
            f"{INDENT}is_its = {asked}(o, info._raw_info)",
            f"{INDENT}if is_its is not True: raise Surprise(is_its)",
        ]

    def _reading(self, field: FieldPlan, of: type | None) -> str:
        if field.how is How.PURE:
            return self._call(field)
        if of is not None:
            said = self._traits.expression(of, field.attribute)
            if said is not None:
                return said.format(o="o")
        if self._read is getattr and _is_plain(field.attribute):
            return f"o.{field.attribute}"
        return f"read(o, {field.attribute!r})"

    def _call(self, field: FieldPlan) -> str:
        assert field.definition is not None  # noqa: S101 - it has a resolver
        resolver = field.definition.base_resolver
        assert resolver is not None  # noqa: S101
        said = ["o"] if resolver.self_parameter else []
        roots = (resolver.parent_parameter, resolver.root_parameter)
        said += [f"{parameter.name}=o" for parameter in roots if parameter is not None]
        if resolver.info_parameter is not None:
            said.append(f"{resolver.info_parameter.name}=info")
        return f"{self._bind(resolver.wrapped_func, 'resolver')}({', '.join(dict.fromkeys(said))})"

    # Values

    def _value(self, kind: Any, variable: str, below: dict[str, Selected], indent: str) -> list[str]:
        """Lines that turn a variable into what stands for it in the answer."""
        nullable = not is_non_null_type(kind)
        kind = kind if nullable else kind.of_type
        if is_list_type(kind):
            lines = self._list(kind.of_type, variable, below, indent + INDENT if nullable else indent)
        elif is_leaf_type(kind):
            return self._leaf(kind, variable, indent, nullable=nullable)
        else:
            inner = indent + INDENT if nullable else indent
            lines = [f"{inner}{variable} = {self._bind(below[kind.name].one, 'one')}({variable}, info)"]
        return [f"{indent}if {variable} is not None:", *lines] if nullable else lines

    def _list(self, item: Any, variable: str, below: dict[str, Selected], indent: str) -> list[str]:
        lines = [f"{indent}if {variable}.__class__ not in lists: raise Surprise({variable})"]
        if is_non_null_type(item) and is_object_type(item.of_type):
            many = self._bind(below[item.of_type.name].many, "many")
            return [*lines, f"{indent}{variable} = {many}({variable}, info)"]
        out, each = self._name("out"), self._name("each")
        return [
            *lines,
            f"{indent}{out} = []",
            f"{indent}for {each} in {variable}:",
            *self._value(item, each, below, indent + INDENT),
            f"{indent}{INDENT}{out}.append({each})",
            f"{indent}{variable} = {out}",
        ]

    def _leaf(self, kind: GraphQLLeafType, variable: str, indent: str, *, nullable: bool) -> list[str]:
        serialised = f"{self._bind(_serialised(kind), 'leaf')}({variable})"
        some = f"{variable} is not None and " if nullable else ""
        if kind is GraphQLString or kind is GraphQLID:
            return [f"{indent}if {some}{variable}.__class__ is not str: {variable} = {serialised}"]
        if kind is GraphQLBoolean:
            return [f"{indent}if {some}{variable}.__class__ is not bool: {variable} = {serialised}"]
        if kind is GraphQLInt:
            fits = f"{variable}.__class__ is int and -2147483648 <= {variable} <= 2147483647"
            return [f"{indent}if {some}not ({fits}): {variable} = {serialised}"]
        if kind is GraphQLFloat:
            fits = f"{variable}.__class__ is float and {variable} - {variable} == 0.0"
            return [f"{indent}if {some}not ({fits}): {variable} = {serialised}"]
        inline = self._traits.inlines.get(kind.name)
        expression, this = None, None
        if isinstance(kind, GraphQLEnumType):
            expression, this = self._member(kind, variable)
        elif inline is not None:
            expression, this = inline.expression.format(v=variable), self._bind(inline.of, "class_")
        lines = []
        if nullable:
            lines.append(f"{indent}if {variable} is not None:")
            indent += INDENT
        if expression is None:
            return [*lines, f"{indent}{variable} = {serialised}"]
        return [*lines, f"{indent}{variable} = {expression} if {variable}.__class__ is {this} else {serialised}"]

    def _member(self, kind: GraphQLEnumType, variable: str) -> tuple[str | None, str | None]:
        """Members of a Python enumeration have the names that their type gave them once.

        They are found by identity: a member's own hash is a function of Python. Its class, which is looked at first,
        keeps them all, so no other object has the identity of one.
        """
        members = getattr(kind, "wrapped_cls", None)
        if members is None:
            return None, None
        names = {id(member): kind.coerce_output_value(member) for member in members}
        return f"{self._bind(names, 'names')}[id({variable})]", self._bind(members, "class_")

    # Python

    def _name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}{self._names}"

    def _bind(self, value: object, kind: str = "bound") -> str:
        name = self._name(kind)
        self._known[name] = value
        return name

    def _run(self, code: str) -> None:
        exec(compile(code, "<plan>", "exec"), self._known)  # noqa: S102 - names of the schema, quoted keys, own variables


class _Classes:
    """Gives a selection its `one` and `many`: each goes by the class of what it is given, learned when first met."""

    def __init__(self, writer: Writer, selected: Selected) -> None:
        by_class: dict[type, tuple[One, Many]] = {}
        of_any: list[tuple[One, Many]] = []

        def learned(cls: type, record: Any) -> tuple[One, Many]:
            if cls is NoneType or cls is type(Undefined) or issubclass(cls, BaseException) or _awaitable(cls):
                raise Surprise(record)
            if len(by_class) < MOST_CLASSES:
                by_class[cls] = writer.functions(selected, cls)
                return by_class[cls]
            if not of_any:
                of_any.append(writer.functions(selected, None))
            return of_any[0]

        def one(record: Any, info: Any) -> Any:
            cls = record.__class__
            return (by_class.get(cls) or learned(cls, record))[0](record, info)

        def many(records: Sequence[Any], info: Any) -> list[Any]:
            if not records:
                return []
            cls = records[0].__class__
            return (by_class.get(cls) or learned(cls, records[0]))[1](records, info)

        selected.one, selected.many = one, many


def _written_out(field: FieldPlan) -> str:
    below = "|".join(one.signature or "" for one in field.below.values())
    return f"{field.key}:{field.name}{below}"


def _is_plain(name: str) -> bool:
    """Whether it may be written after a dot: names of two underscores would be mangled, keywords are no names."""
    return name.isidentifier() and not name.startswith("__") and not iskeyword(name)


def _awaitable(cls: type) -> bool:
    return issubclass(cls, CoroutineType) or hasattr(cls, "__await__")


def _serialised(kind: GraphQLLeafType) -> Callable[[Any], Any]:
    coerce = kind.coerce_output_value

    def serialised(value: Any) -> Any:
        if value is None or value is Undefined or isinstance(value, BaseException) or _awaitable(value.__class__):
            raise Surprise(value)
        said = coerce(value)
        if said is None or said is Undefined:
            raise Surprise
        return said

    return serialised
