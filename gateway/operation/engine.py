"""The only contact with the inside of Strawberry and graphql-core: its schema, its rules, its executor.

Strawberry's own `execute` parses and validates each text anew and shows exceptions to the client. We run its executor
ourselves, so that a document is understood once; its resolvers are called exactly as Strawberry would call them.
Extensions of the schema are not run: what they would do has a place of its own on this floor.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Container, Iterable, Mapping
from typing import Any, TypeGuard, cast

import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    specified_rules,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.execute import create_source_event_stream
from graphql.language import DocumentNode, FieldNode
from graphql.pyutils import Path
from graphql.validation import ASTValidationRule
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.utils.await_maybe import await_maybe

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.operation.audit.noticed import notice

RULES: tuple[type[ASTValidationRule], ...] = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
MAX_COERCION_ERRORS = 20


def graph_of(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


def offset_of(node: FieldNode) -> int:
    """Where a field begins in the text: no two begin in one place, and the same text parsed again has the same."""
    assert node.loc is not None  # noqa: S101 - documents are parsed with locations
    return node.loc.start


def is_refused(mentions: Iterable[FieldNode], refused: Container[int]) -> bool:
    """One field of the answer, however often it is mentioned: if any mention may be answered, it is."""
    return all(offset_of(node) in refused for node in mentions)


def executor_of(
    schema: strawberry.Schema,
    document: DocumentNode,
    *,
    variables: Mapping[str, Any],
    operation_name: str | None,
    context: object,
    graph: GraphQLSchema | None = None,
) -> Executor[Any] | list[GraphQLError]:
    """Binds variables. A list of errors where the operation is unknown or a variable does not fit its type.

    `graph` is another that runs like the schema's own and tells less of itself (see `introspection`).
    """
    return GuardedExecutor.build(
        graph or graph_of(schema),
        document,
        context_value=context,
        raw_variable_values=dict(variables),
        operation_name=operation_name,
        is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
        max_coercion_errors=MAX_COERCION_ERRORS,
        hide_suggestions=True,
        operation_extensions=None,
    )


class NoticingExecutor(StrawberryGraphQLCoreExecutionContext):
    """Tells the record what each object of the answer is, as it is completed."""

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Any,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        if isinstance(self.context_value, RequestContext):
            notice(self.context_value, result, lambda: tuple(path.as_list()))
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)


class GuardedExecutor(NoticingExecutor):
    """Calls no resolver of a field that admission refused: `context_value.closed_fields`, all while that is None."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By the identity of the list, which is held so that it stays unique: the executor keeps one for each place.
        self._refusals: dict[int, tuple[GraphQLError, list[FieldDetails]]] = {}

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: list[FieldDetails],
        path: Path,
        position_context: Any,
    ) -> Any:
        closed = self.context_value.closed_fields
        if closed is None or (closed and is_refused((details.node for details in field_details_list), closed)):
            field = self.schema.get_field(parent_type, field_details_list[0].node.name.value)
            assert field is not None  # noqa: S101 - the document is valid
            self.handle_field_error(self._refusal(field_details_list, path), field.type, field_details_list, path)
            return None
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def _refusal(self, field_details_list: list[FieldDetails], path: Path) -> GraphQLError:
        """Lists repeat a refusal for each entry: where it stands in the text, which takes reading it, is found once."""
        known = self._refusals.get(id(field_details_list))
        if known is None:
            refused = Refused(Code.FORBIDDEN, "This caller may not see this field.")
            nodes = [details.node for details in field_details_list]
            known = (GraphQLError(refused.message, nodes, original_error=refused), field_details_list)
            self._refusals[id(field_details_list)] = known
        return _at(known[0], path)


def _at(error: GraphQLError, path: Path) -> GraphQLError:
    """The same error in another place of the answer."""
    other = GraphQLError.__new__(GraphQLError, *error.args)
    for name in GraphQLError.__slots__:
        setattr(other, name, getattr(error, name))
    other.path = path.as_list()
    return other


async def executed(executor: Executor[Any]) -> ExecutionResult:
    result = await await_maybe(executor.execute_operation())
    assert isinstance(result, ExecutionResult)  # noqa: S101 - @defer and @stream are not in the schema
    return result


async def events_of(executor: Executor[Any]) -> "AsyncGenerator[Any, None] | ExecutionResult":
    """The events of a subscription's root field, or the result that says why there are none."""
    stream = await await_maybe(create_source_event_stream(executor))
    return cast("AsyncGenerator[Any, None] | ExecutionResult", stream)


def for_event(executor: Executor[Any], event: object) -> Executor[Any]:
    """The same operation over one event. Each runs once."""
    return executor.build_per_event_executor(event)
