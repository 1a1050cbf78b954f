"""Keeps plans, for operations that come again, and knows which operations are left to graphql-core.

A plan is made when an operation is seen for the second time: making it costs more than running it once. A failure to
make one is not kept, since it may be of the moment; that an operation has something only graphql-core does, is.
"""

import enum
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from graphql import DirectiveNode, DocumentNode, VariableNode, Visitor, visit

from executor.plan import Plan, Unsupported

MOST_SEEN = 20_000  # operations whose sights are counted


class Left(enum.Enum):
    """Why an operation is run by graphql-core."""

    NEW = "new"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


class Plans:
    """At most `size` bytes of plans, about; those used last. `sights`: the sight of an operation that compiles it."""

    def __init__(self, *, size: int = 64 * 2**20, sights: int = 2) -> None:
        self._most = size
        self._sights = sights
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()
        self._seen: OrderedDict[Hashable, int] = OrderedDict()
        self._unsupported: OrderedDict[Hashable, None] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._plans)

    def plan(
        self, operation: Hashable, variant: Hashable, compiled: Callable[[], Plan], *, at_once: bool = False
    ) -> "Plan | Left":
        """`operation` names a document and an operation of it; `variant` what a plan depends on beside that.

        `at_once` compiles at the first sight. Raises what `compiled` raises but Unsupported: nothing of it is kept.
        """
        key = (operation, variant)
        known = self._plans.get(key)
        if known is not None:
            self._plans.move_to_end(key)
            return known
        if operation in self._unsupported:
            return Left.UNSUPPORTED
        if not at_once and self._sight(operation) < self._sights:
            return Left.NEW
        try:
            plan = compiled()
        except Unsupported:
            _keep(self._unsupported, operation, None)
            return Left.UNSUPPORTED
        self._plans[key] = plan
        self.size += plan.size
        while self.size > self._most and len(self._plans) > 1:
            _, dropped = self._plans.popitem(last=False)
            self.size -= dropped.size
        return plan

    def _sight(self, operation: Hashable) -> int:
        seen = self._seen.pop(operation, 0) + 1
        _keep(self._seen, operation, seen)
        return seen


def _keep(memory: "OrderedDict[Hashable, Any]", key: Hashable, value: Any) -> None:
    memory[key] = value
    if len(memory) > MOST_SEEN:
        memory.popitem(last=False)


def conditions_of(document: DocumentNode) -> tuple[str, ...]:
    """The names of the variables that @skip and @include read. A plan is good for their coerced values."""
    found = _Conditions()
    visit(document, found)
    return tuple(sorted(found.names))


def chosen(conditions: tuple[str, ...], variables: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a plan's key has of the coerced variables."""
    return tuple(variables.get(name) for name in conditions)


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        if node.name.value in ("skip", "include"):
            values = [argument.value for argument in node.arguments or ()]
            self.names |= {value.name.value for value in values if isinstance(value, VariableNode)}
