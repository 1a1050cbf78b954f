"""Which fields of an operation are refused: decided on the understood operation, before any system is asked.

A field is refused where its scopes or the contract do not release it. A field that crosses to a system is refused too
where nothing selected below it is released, under a contract no fact: so a call is made only for something that may
leave. Whom the caller may see is decided later, where the persons are known, and equally before anything is asked of
them (`gateway.resolvers.relation`).
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import strawberry
from graphql import DirectiveNode, DocumentNode, OperationDefinitionNode, VariableNode, Visitor, visit

from gateway.operation.document import Understood
from gateway.operation.engine import graph_of
from gateway.operation.refused_fields import Admitted, admitted_fields, fields_at_root, fragments_of
from gateway.rights.rights import Rights

NAMELESS_FIELDS = frozenset({"__typename"})
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})

K = TypeVar("K")
V = TypeVar("V")


def is_open_to_the_nameless(
    understood: Understood, operation: OperationDefinitionNode, *, open_introspection: bool
) -> bool:
    """Also what @skip would leave out counts: what a caller may not ask for, they may not write down either."""
    open_fields = NAMELESS_FIELDS | INTROSPECTION_FIELDS if open_introspection else NAMELESS_FIELDS
    fragments = fragments_of(understood.document)
    return open_fields.issuperset(node.name.value for node in fields_at_root(operation.selection_set, fragments))


class Admissions:
    """Decisions, kept for operations that come again: by document, operation, rights, and what @skip depends on."""

    def __init__(
        self, schema: strawberry.Schema, releases: Callable[[Rights, str], bool], *, kept: int = 4_000
    ) -> None:
        self._graph = graph_of(schema)
        self._releases = releases
        self._kept = kept
        self._admitted: OrderedDict[object, Admitted] = OrderedDict()
        self._conditions: OrderedDict[bytes, tuple[str, ...]] = OrderedDict()

    def admit(
        self,
        rights: Rights | None,
        understood: Understood,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Admitted:
        """`variables` are coerced: with their defaults, and booleans where booleans belong.

        Without rights, only what is open to the nameless may come here, and that is no fact of anybody's.
        """
        if rights is None:
            return Admitted({})
        conditions = self._conditions_of(understood)
        chosen = tuple(variables.get(name) for name in conditions)
        name = operation.name.value if operation.name else None
        key = (understood.digest, name, rights.fingerprint, chosen)
        known = self._admitted.get(key)
        if known is not None:
            self._admitted.move_to_end(key)
            return known
        admitted = admitted_fields(
            self._graph,
            understood.document,
            operation,
            variables,
            functools.partial(self._releases, rights),
            by_contract=rights.contract is not None,
        )
        return _keep(self._admitted, key, admitted, self._kept)

    def _conditions_of(self, understood: Understood) -> tuple[str, ...]:
        known = self._conditions.get(understood.digest)
        if known is None:
            return _keep(self._conditions, understood.digest, _names_in_conditions(understood.document), self._kept)
        return known


class _Conditions(Visitor):
    """The names of the variables that @skip and @include read."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in ("skip", "include"):
            values = [argument.value for argument in node.arguments or ()]
            self.names |= {value.name.value for value in values if isinstance(value, VariableNode)}


def _names_in_conditions(document: DocumentNode) -> tuple[str, ...]:
    found = _Conditions()
    visit(document, found)
    return tuple(sorted(found.names))


def _keep(memory: "OrderedDict[K, V]", key: K, value: V, most: int) -> V:
    """Drops what was put in first or, where hits are moved to the end, used last."""
    memory[key] = value
    while len(memory) > most:
        memory.popitem(last=False)
    return value
