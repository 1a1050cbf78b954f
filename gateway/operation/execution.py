"""Runs an understood operation for a caller: binds its variables, calls the resolvers, keeps the request's own time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import ExecutionResult, Executor, GraphQLError

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.operation.document import Understood
from gateway.operation.engine import executed, executor_of
from gateway.operation.introspection import graph_for


@dataclass(frozen=True, slots=True)
class Bound:
    """An operation with its variables coerced, ready to run once."""

    executor: Executor[Any]

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.executor.variable_values.coerced


def bind(
    schema: strawberry.Schema,
    understood: Understood,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: RequestContext,
) -> Bound | list[GraphQLError]:
    """The errors are the client's: variables that do not fit their types."""
    executor = executor_of(
        schema,
        understood.document,
        variables=variables,
        operation_name=operation_name,
        context=context,
        graph=graph_for(schema, understood, understood.operation(operation_name), context),
    )
    return executor if isinstance(executor, list) else Bound(executor)


async def run(bound: Bound, *, seconds: float) -> ExecutionResult:
    """Runs to the end. Cancelling it cancels every resolver that still runs.

    Loaders end their questions at the request's deadline and give a partial answer; `seconds` is what is left to
    whatever does not, and then nothing of the answer is kept.
    """
    try:
        async with asyncio.timeout(seconds):
            return await executed(bound.executor)
    except TimeoutError:
        late = Refused(Code.DEADLINE_EXCEEDED, "The request took longer than it may.")
        return ExecutionResult(data=None, errors=[GraphQLError(late.message, original_error=late)])
