"""Runs an understood operation for a caller: binds its variables, calls the resolvers, keeps the request's own time.

Operations that come again run as compiled plans (`executor`); a new one, and what only graphql-core does, runs there
(`engine`). Both answer alike. In the shadow, a share of the queries runs on both, and a difference is told.
"""

import enum
import random
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import strawberry
import structlog
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

import executor
from executor import Compiler, Inputs, Left, Outcome, Plan, Plans, VariableValues
from gateway.domain.failure import Code
from gateway.domain.patience import within
from gateway.domain.refusal import Refused
from gateway.domain.settable import Count, CountOrZero, Share
from gateway.loading.context import RequestContext
from gateway.operation.answers import trace_of
from gateway.operation.document import Understood
from gateway.operation.engine import MAX_COERCION_ERRORS, executed, executor_of, graph_of, is_refused
from gateway.operation.introspection import graph_for
from gateway.operation.traits import traits_of

KEPT_INPUTS = 1_000  # operations

_log = structlog.get_logger("gateway.execution")


class Engine(enum.StrEnum):
    """COMPILED: plans where there are any. REFERENCE: graphql-core alone. SHADOW: plans, compared with graphql-core."""

    COMPILED = "compiled"
    REFERENCE = "reference"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionSettings:
    """`shadow_share` of the queries are run twice in the shadow. `plan_bytes` are kept of plans, about; an operation is
    compiled with its `sights`-th sight.
    """

    engine: Engine = Engine.COMPILED
    shadow_share: Share = 0.01
    plan_bytes: CountOrZero = 64 * 2**20
    sights: Count = 2


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation with its variables coerced, ready to run once."""

    understood: Understood
    operation: OperationDefinitionNode
    said: Mapping[str, Any]
    values: VariableValues
    context: RequestContext
    graph: GraphQLSchema

    @property
    def root_fields(self) -> Mapping[str, GraphQLField]:
        root = self.graph.get_root_type(self.operation.operation)
        return root.fields if root else {}

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.values.coerced

    @property
    def fragments(self) -> Mapping[str, FragmentDefinitionNode]:
        return self.understood.fragments

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None

    @property
    def is_query(self) -> bool:
        return self.operation.operation is OperationType.QUERY


class Execution:
    """`counts` says how many operations ran how: compiled, or at graphql-core and why; and what shadows found."""

    def __init__(self, schema: strawberry.Schema, settings: ExecutionSettings | None = None) -> None:
        self._schema = schema
        self._graph = graph_of(schema)
        self._settings = settings or ExecutionSettings()
        self._compiler = Compiler(schema, traits_of(self._graph))
        self._plans = Plans(size=self._settings.plan_bytes, sights=self._settings.sights)
        self._inputs: OrderedDict[tuple[bytes, str | None], Inputs] = OrderedDict()
        self._random = random.Random()  # noqa: S311 - nobody gains by guessing it
        self.counts: Counter[str] = Counter()

    def bind(
        self, understood: Understood, variables: Mapping[str, Any], operation_name: str | None, context: RequestContext
    ) -> Bound | list[GraphQLError]:
        """The errors are the client's: variables that do not fit their types."""
        operation = understood.operation(operation_name)
        inputs = self._inputs_of(understood, operation)
        values = inputs.coerced(variables, most_errors=MAX_COERCION_ERRORS)
        if isinstance(values, list):
            return values
        return Bound(understood, operation, variables, values, context, self._graph)

    def _inputs_of(self, understood: Understood, operation: OperationDefinitionNode) -> Inputs:
        key = (understood.digest, operation.name.value if operation.name else None)
        known = self._inputs.get(key)
        if known is None:
            known = self._inputs[key] = Inputs(self._graph, operation)
            if len(self._inputs) > KEPT_INPUTS:
                self._inputs.popitem(last=False)
        else:
            self._inputs.move_to_end(key)
        return known

    def prepare(self, understood: Understood) -> None:
        """Compiles the operations of a document for callers to whom nothing is refused, before anybody asks."""
        for name, operation in understood.operations.items():
            if not understood.conditions:
                nothing = VariableValues({}, {})  # what is selected hangs on none
                compiled = partial(self._compiler.compiled, operation, understood.fragments, nothing)
                self._plans.plan((understood.digest, name), ((), frozenset()), compiled, at_once=True)

    async def run(self, bound: Bound, *, seconds: float) -> Outcome:
        """Runs to the end. Cancelling it cancels every resolver that still runs.

        Loaders end their questions at the request's deadline and give a partial answer; `seconds` is what is left to
        whatever does not, and then nothing of the answer is kept.
        """
        try:
            with within(seconds):
                return await self._run(bound)
        except TimeoutError:
            late = Refused(Code.DEADLINE_EXCEEDED, "The request took longer than it may.")
            return Outcome(None, [GraphQLError(late.message, original_error=late)])

    async def _run(self, bound: Bound) -> Outcome:
        plan = Left.NEW if self._settings.engine is Engine.REFERENCE else self._plan(bound)
        if isinstance(plan, Left):
            self.counts[f"reference {plan.value}"] += 1
            return await self._at_graphql_core(bound)
        self.counts["compiled"] += 1
        outcome = await executor.run(plan, bound.values, context=bound.context)
        if self._settings.engine is Engine.SHADOW and bound.is_query:
            await self._shadowed(bound, outcome)
        return outcome

    def _plan(self, bound: Bound) -> Plan | Left:
        understood, closed = bound.understood, bound.context.closed_fields
        if closed is None:
            return Left.NEW  # nobody has decided: graphql-core's guard refuses it whole
        compiled = partial(
            self._compiler.compiled,
            bound.operation,
            bound.fragments,
            bound.values,
            (lambda nodes: is_refused(nodes, closed)) if closed else None,
        )
        variant = (executor.chosen(understood.conditions, bound.variables), frozenset(closed))
        try:
            return self._plans.plan((understood.digest, bound.name), variant, compiled)
        except Exception as error:
            _log.error("execution.not_compiled", exception=type(error).__qualname__, trace=trace_of(error))
            return Left.FAILED

    async def _at_graphql_core(self, bound: Bound) -> Outcome:
        graph = graph_for(self._schema, bound.understood, bound.operation, bound.context)
        built = executor_of(
            self._schema,
            bound.understood.document,
            variables=bound.said,
            operation_name=bound.name,
            context=bound.context,
            graph=graph,
        )
        if isinstance(built, list):
            return Outcome(None, built)
        result = await executed(built)
        return Outcome(result.data, result.errors or [])

    async def _shadowed(self, bound: Bound, outcome: Outcome) -> None:
        """Runs the operation again at graphql-core. Its loaders know all answers by now, so nobody is asked again."""
        if self._random.random() >= self._settings.shadow_share:
            return
        reference = await self._at_graphql_core(bound)
        # Below what is null in both, ours may tell of fewer failures, and never of another.
        ours, theirs = _told(outcome.errors), _told(reference.errors)
        differs = ""
        if executor.written(outcome.data) != executor.written(reference.data):
            differs = "data"
        elif not ours <= theirs or bool(ours) != bool(theirs):
            differs = "errors"
        self.counts["shadow different" if differs else "shadow same"] += 1
        if differs:
            _log.error("execution.differs", kind=differs)


def _told(errors: list[GraphQLError]) -> set[tuple[str, str]]:
    return {(repr(error.path), error.message) for error in errors}
