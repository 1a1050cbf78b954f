"""graphql-core, as the oracle: told what the compiled executor is told, and able not to propagate errors."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import strawberry
from graphql import DocumentNode, ExecutionResult
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.await_maybe import await_maybe

from executor import Traits
from executor.plan import IsDenied


class Reference(StrawberryGraphQLCoreExecutionContext):
    """Denies fields, and tells of the objects of an answer, where graphql-core itself comes by them."""

    traits: Traits
    is_denied: IsDenied | None = None

    def execute_field(self, parent_type: Any, source: Any, details: Any, path: Any, position_context: Any) -> Any:
        nodes = [each.node for each in details]
        if self.is_denied is not None and nodes[0].name.value != "__typename" and self.is_denied(nodes):
            kind = self.schema.get_field(parent_type, nodes[0].name.value)
            assert kind is not None
            self.handle_field_error(self.traits.denial(nodes), kind.type, details, path)
            return None
        return super().execute_field(parent_type, source, details, path, position_context)

    def complete_object_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if return_type.name in self.traits.watched:
            self.traits.on_value(self.context_value, result, lambda: tuple(path.as_list()))
        return super().complete_object_value(return_type, details, info, path, result, position_context)


async def referred(
    schema: strawberry.Schema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    *,
    context: object = None,
    root: object = None,
    traits: Traits | None = None,
    is_denied: IsDenied | None = None,
    propagates: bool = True,
) -> ExecutionResult:
    """What graphql-core answers. `propagates` False: a null stays where it is, so that no error hides another."""
    executor = Reference.build(
        schema._schema,
        document,
        root,
        context,
        dict(variables),
        is_awaitable=cast("Any", optimized_is_awaitable),
        hide_suggestions=True,
        operation_extensions=None,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    assert isinstance(executor, Reference)
    executor.traits, executor.is_denied, executor.error_propagation = traits or Traits(), is_denied, propagates
    result = await await_maybe(executor.execute_operation())
    await settled()
    assert isinstance(result, ExecutionResult)
    return result


async def settled(*, but: Callable[[], set[Any]] = set) -> None:
    """Waits for what graphql-core leaves running in the background."""
    while others := asyncio.all_tasks() - {asyncio.current_task()} - but():
        await asyncio.wait(others)
