"""One subscription of one caller: what happens, as answers, whether they leave by a socket or as events.

Each push is an answer of its own: rights are found anew (a contract may have ended, a token been taken back), what is
refused by then is refused, and the answer is on record before it is handed out. All ends when the token does.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import ExecutionResult, Executor, OperationType, located_error

from executor import Outcome
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import PatientClock
from gateway.domain.failure import Code, SourceFailure
from gateway.domain.refusal import Refused
from gateway.domain.request import ServiceRequest
from gateway.domain.time_ordered_id import time_ordered_id
from gateway.http.asked import Asked
from gateway.http.endpoint import ContextMaker, content_of
from gateway.http.spending import Spending
from gateway.loading.context import RequestContext
from gateway.loading.tally import begin_tally
from gateway.operation.admission import Admissions
from gateway.operation.answers import refusal_error, request_errors
from gateway.operation.audit.recorder import NotRecorded
from gateway.operation.audit.recording import Recording
from gateway.operation.budget import Budget
from gateway.operation.document import Understood
from gateway.operation.engine import events_of, executed, executor_of, for_event
from gateway.operation.execution import Bound, Execution
from gateway.operation.persisted import Meant, Persisted
from gateway.operation.refused_fields import fields_at_root
from gateway.requests.database import StoreUnavailable
from gateway.resolvers.request import as_seen
from gateway.rights.rights import Policy

GLANCE_SECONDS = 1.0  # how often a silent subscription looks whether it is over

Content = dict[str, Any]


class NotRun(Exception):
    """The operation cannot be run: `errors` as in an answer."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """`ending` is true once the server drains: subscriptions end then, and their clients come back elsewhere."""

    schema: strawberry.Schema
    documents: Persisted
    execution: Execution
    context: ContextMaker
    policy: Policy
    clock: PatientClock
    push_seconds: float
    budget: Budget | None = None
    recording: Recording | None = None

    def over(self, caller: Caller) -> bool:
        """Whether the caller's token is."""
        until = caller.expires_at
        return self.policy.revoked(caller) or (until is not None and self.clock.now().timestamp() >= until)

    def understood(self, asked: Asked, caller: Caller, language: str) -> Understood:
        """Raises NotRun for what is no subscription."""
        try:
            suggestions = caller.kind is CallerKind.DEVELOPER
            meant = Meant(asked.query, asked.document_id)
            understood = self.documents.understood(meant, nameless=False, suggestions=suggestions)
            if not isinstance(understood, Understood):
                raise NotRun(request_errors(understood, language))
            operation = understood.operation(asked.operation_name)
            if operation.operation is not OperationType.SUBSCRIPTION:
                raise Refused(Code.BAD_USER_INPUT, "Only subscriptions are run here: POST the others as JSON.")
        except Refused as refused:
            raise NotRun([refusal_error(refused, language)]) from None
        return understood

    async def answers(
        self, understood: Understood, asked: Asked, caller: Caller, language: str
    ) -> AsyncGenerator[Content | None, None]:
        """Answers as they come; None now and then where there is none, so that the connection can be kept alive.

        Ends with the token. Raises NotRun, and NotRecorded where an answer is not on record: it must not leave.
        """
        context = self._context(caller, language)
        spending = Spending(self.budget, context, begin_tally())
        try:
            bound, refused = self._bound(understood, asked, context, language)
            try:
                operation = understood.operation(asked.operation_name)
                await spending.begin(understood, operation, bound.variables)
            except Refused as over:
                raise NotRun([refusal_error(over, language)]) from None
            if refused:  # the root is closed to this caller: it is told so, once
                yield await self._pushed(understood, asked, caller, language, None)
                return
            stream = await events_of(self._at_graphql_core(bound))
            if isinstance(stream, ExecutionResult):
                yield await self._kept(bound, stream, language)
                return
            try:
                async for event in self._until_over(stream, caller):
                    said = await self._pushed(understood, asked, caller, language, event) if event else None
                    yield said
                    if said is not None and not any((said.get("data") or {}).values()):
                        return  # refused by now: nothing more will come
            except (Refused, SourceFailure, StoreUnavailable) as problem:
                node = next(fields_at_root(bound.operation.selection_set, bound.fragments))
                error = located_error(problem, [node], [(node.alias or node.name).value])
                yield await self._kept(bound, ExecutionResult(data=None, errors=[error]), language)
            finally:
                await stream.aclose()
        finally:
            await context.loaders.close()
            spending.end()

    async def _until_over(self, stream: Any, caller: Caller) -> AsyncIterator[Any]:
        """Events, and None after a while without any. Ends with the stream, and with the token though nothing comes."""
        waiting: asyncio.Future[Any] | None = None
        try:
            while not self.over(caller):
                waiting = waiting or asyncio.ensure_future(anext(stream))
                done, _ = await asyncio.wait({waiting}, timeout=GLANCE_SECONDS)
                if not done:
                    yield None
                    continue
                try:
                    event = waiting.result()
                except StopAsyncIteration:
                    return
                finally:
                    waiting = None
                if not self.over(caller):
                    yield event
        finally:
            if waiting is not None:
                waiting.cancel()
                await asyncio.gather(waiting, return_exceptions=True)

    async def _pushed(
        self, understood: Understood, asked: Asked, caller: Caller, language: str, event: object
    ) -> Content:
        context = self._context(caller, language)
        try:
            bound, _ = self._bound(understood, asked, context, language)
            event = as_seen(context, event) if isinstance(event, ServiceRequest) else event
            async with asyncio.timeout(self.push_seconds):
                result = await executed(for_event(self._at_graphql_core(bound), event))
            return await self._kept(bound, result, language)
        finally:
            await context.loaders.close()

    async def _kept(self, bound: Bound, result: ExecutionResult, language: str) -> Content:
        """Raises NotRecorded."""
        content = content_of(Outcome(result.data, result.errors or []), language)
        if self.recording is not None:
            await self.recording.keep(bound, content)
        return content

    def _at_graphql_core(self, bound: Bound) -> Executor[Any]:
        """Subscriptions run there: a push is one small operation, and compiled plans begin at no event."""
        built = executor_of(
            self.schema,
            bound.understood.document,
            variables=bound.said,
            operation_name=bound.name,
            context=bound.context,
        )
        assert not isinstance(built, list)  # noqa: S101 - it was bound with the same variables
        return built

    def _context(self, caller: Caller, language: str) -> RequestContext:
        """With the rights of this moment. An id of its own: each push is one release."""
        return self.context(caller=caller, correlation_id=time_ordered_id(), language=language)

    def _bound(
        self, understood: Understood, asked: Asked, context: RequestContext, language: str
    ) -> tuple[Bound, bool]:
        """And whether nothing of it is open to the caller."""
        bound = self.execution.bind(understood, asked.variables, asked.operation_name, context)
        if isinstance(bound, list):
            raise NotRun(request_errors(bound, language))
        operation = understood.operation(asked.operation_name)
        admitted = Admissions(self.schema, self.policy.releases).admit(
            context.rights, understood, operation, bound.variables
        )
        context.closed_fields, context.closed_types = admitted.refused, admitted.closed_types
        return bound, any(len(path) == 1 for path in admitted.paths)


__all__ = ["Content", "NotRecorded", "NotRun", "Watching"]
