"""What an executor is told about the schema that it runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode

from executor.fragments import Remembering

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Inline:
    """How a scalar's value is written without a call: for values of just this class, `{v}` standing for the value.

    It must give what the scalar's own serialisation gives.
    """

    of: type
    expression: str


def _nothing(_context: Any, _value: object, _place_of: Callable[[], Place]) -> None:
    return None


def _denied(_nodes: Sequence[FieldNode]) -> Exception:
    return PermissionError("This field is denied.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """`expression` says how the schema's default resolver reads an attribute of a class, as Python over `{o}`; None
    where only the resolver itself can say.

    `watched` names object types of which `on_value` is told the records that an answer is made of: a record, or a list
    of them, with its context and a function that says where the record or the list stands. `volatile` names types whose
    values change though their record does not, such as an age. `denial` is what a denied field fails with.
    `remembering` says where the JSON of a record is kept.
    """

    expression: Callable[[type, str], str | None] = lambda _cls, _name: None
    inlines: Mapping[str, Inline] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()
    volatile: frozenset[str] = frozenset()
    on_value: Callable[[Any, Any, Callable[[], Place]], None] = _nothing
    denial: Callable[[Sequence[FieldNode]], Exception] = _denied
    remembering: Remembering | None = None
