"""Which fields of an operation are refused: decided on the understood operation, before any system is asked.

A field is refused where its scopes or the contract do not release it. A field that crosses to a system is refused too
where nothing selected below it is released, under a contract no fact: so a call is made only for something that may
leave. Whom the caller may see is decided later, where the persons are known, and equally before anything is asked of
them (`gateway.resolvers.relation`).
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from graphql import OperationDefinitionNode

from executor import chosen
from gateway.operation.document import Understood
from gateway.operation.engine import graph_of
from gateway.operation.refused_fields import Admitted, admitted_fields, fields_at_root
from gateway.rights.rights import Rights

NAMELESS_FIELDS = frozenset({"__typename"})
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


def is_open_to_the_nameless(
    understood: Understood, operation: OperationDefinitionNode, *, open_introspection: bool
) -> bool:
    """Also what @skip would leave out counts: what a caller may not ask for, they may not write down either."""
    open_fields = NAMELESS_FIELDS | INTROSPECTION_FIELDS if open_introspection else NAMELESS_FIELDS
    fragments = understood.fragments
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
        name = operation.name.value if operation.name else None
        key = (understood.digest, name, rights.fingerprint, chosen(understood.conditions, variables))
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
        self._admitted[key] = admitted
        if len(self._admitted) > self._kept:
            self._admitted.popitem(last=False)
        return admitted
