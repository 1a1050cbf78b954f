"""What is selected of an object, and how each field of it comes by its values."""

import enum
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLField, GraphQLObjectType, GraphQLOutputType

from executor.contacts import Details
from executor.inputs import Handed
from executor.marks import Column

if TYPE_CHECKING:
    from strawberry.types.field import StrawberryField

One = Callable[[Any, Any], Any]
Many = Callable[[Sequence[Any], Any], list[Any]]


class How(enum.Enum):
    """How a field comes by its values."""

    TYPENAME = enum.auto()
    DENIED = enum.auto()
    ATTRIBUTE = enum.auto()
    PURE = enum.auto()  # a resolver that may be called in generated code
    RESOLVER = enum.auto()
    WRAPPED = enum.auto()  # a resolver with permissions or extensions: called through Strawberry's own wrapper
    COLUMN = enum.auto()


class FieldPlan:
    """One field of one selection. `nullable`: at each depth of lists, whether null may stand there.

    `value` completes a value by generated code where no resolver stands below; it fails with any exception on whatever
    is not as expected, and then the value is completed exactly. `below` is by the names of the types that may come.
    """

    __slots__ = (
        "abstract",
        "arguments",
        "attribute",
        "below",
        "column",
        "definition",
        "denial",
        "details",
        "field",
        "handed",
        "how",
        "key",
        "name",
        "needs_info",
        "nodes",
        "nullable",
        "parent",
        "reads_variables",
        "remembered",
        "resolver",
        "shares_arguments",
        "type",
        "value",
        "watched",
    )

    def __init__(self, key: str, details: Details, parent: GraphQLObjectType) -> None:
        self.key = key
        self.details = details
        self.nodes = [each.node for each in details]
        self.name = self.nodes[0].name.value
        self.parent = parent
        self.how = How.TYPENAME
        self.field: GraphQLField = None  # type: ignore[assignment]  # __typename has none, and nobody asks it
        self.type: GraphQLOutputType = None  # type: ignore[assignment]
        self.definition: StrawberryField | None = None
        self.attribute = ""
        self.resolver: Callable[..., Any] | None = None
        self.column: Column | None = None
        self.denial: GraphQLError | None = None
        self.nullable: tuple[bool, ...] = ()
        self.below: dict[str, Selected] = {}
        self.abstract = False
        self.watched = False
        self.value: Callable[[Any, Any], Any] | None = None
        self.remembered: Selected | None = None  # the one type whose records' JSON may be remembered
        self.arguments: dict[str, Any] | Exception | None = None  # where they are the same for every request
        self.handed: tuple[Handed, ...] | None = None  # its arguments, where they are nothing but variables
        self.shares_arguments = True
        self.reads_variables = False
        self.needs_info = False  # by what `value` calls


class Selected:
    """What is selected of one object type. `later` are the fields that generated code leaves to columns.

    `one(record, info)` gives a record's part of the answer; where nothing is left for later, it is not to be changed.
    `blank` is that part with nothing in it but names, in the order of the answer.
    """

    __slots__ = (
        "asks_later",
        "blank",
        "fields",
        "is_pure",
        "later",
        "many",
        "needs_info",
        "one",
        "signature",
        "type",
        "watched",
    )

    def __init__(self, kind: GraphQLObjectType, fields: list[FieldPlan], *, watched: bool) -> None:
        self.type = kind
        self.fields = fields
        self.watched = watched
        self.later: list[FieldPlan] = []
        self.blank: dict[str, Any] = {}
        self.is_pure = False
        self.asks_later = False  # the type has to be awaited, before a record is known to be its own
        self.needs_info = False  # by what `one` calls
        self.signature: str | None = None  # the same for all selections that make the same of a record
        self.one: One
        self.many: Many
