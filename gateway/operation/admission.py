"""The one place for rights: decided on the understood operation, before any system is asked.

What is here now: whoever has no token may ask for `__typename` and nothing else (and for introspection where it is
open, as in the sandbox, so that GraphiQL can load the schema). Whoever has one may ask for everything.

What belongs here next (issue 4): each selected field's `@requiresScopes` against the caller's scopes; each named
person against the caller's relation (self, dependants, workshop, contract); a refused field is taken out of the
operation and answered null with FORBIDDEN, so `admit` will return the fields to leave out as well. Introspection by
kind of caller belongs here too. Loaders and resolvers never decide a right.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, OperationDefinitionNode, SelectionSetNode

from gateway.domain.caller import Caller
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.document import Understood

NAMELESS_FIELDS = frozenset({"__typename"})
INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})


def admit(
    caller: Caller | None,
    understood: Understood,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    *,
    open_introspection: bool = False,
) -> Refused | None:
    """None where the caller may run the operation, else why not. `variables` are as sent, not yet coerced."""
    if caller is not None:
        return None
    open_fields = NAMELESS_FIELDS | INTROSPECTION_FIELDS if open_introspection else NAMELESS_FIELDS
    if open_fields.issuperset(_root_fields(understood, operation)):
        return None
    return Refused(Code.UNAUTHENTICATED, "A token is needed.")


def _root_fields(understood: Understood, operation: OperationDefinitionNode) -> Iterator[str]:
    """Also those that @skip would leave out: what a caller may not ask for, they may not write down either."""
    fragments = {d.name.value: d for d in understood.document.definitions if isinstance(d, FragmentDefinitionNode)}
    seen: set[str] = set()
    waiting: list[SelectionSetNode] = [operation.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                yield selection.name.value
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in seen:
                    seen.add(name)
                    waiting.append(fragments[name].selection_set)
            else:
                waiting.append(selection.selection_set)  # type: ignore[attr-defined]
