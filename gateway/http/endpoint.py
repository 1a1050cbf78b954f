"""`/graphql`, by the GraphQL over HTTP specification.

POST takes application/json only: other web sites cannot send that without a preflight, which CORS refuses unless their
origin is listed. GET runs queries only. It needs no further header: a query changes nothing, no cookie speaks for the
caller (a token comes in Authorization, which no form or image can set), and without CORS another origin cannot read the
answer. So there is nothing to forge, and plain clients keep working.

Answers in application/json are 200 for any well-formed GraphQL request; in application/graphql-response+json a request
that could not be run is 400, and 429 with Retry-After where its caller has used up a rate or quota. A missing or bad
token is 401 in both.
"""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

from collections.abc import Mapping
from typing import Any, Protocol

import strawberry
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from executor import Outcome
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import PatientClock
from gateway.domain.failure import Code
from gateway.domain.patience import within
from gateway.domain.refusal import Refused
from gateway.http import asked, authentication
from gateway.http.access_log import note_operation
from gateway.http.asked import DOCUMENT_IDS, Asked
from gateway.http.attention import unless_hung_up
from gateway.http.authentication import Authenticator
from gateway.http.body import body_of, check_content_type
from gateway.http.errors import JSON, Answer, Rejected, answer, rejection
from gateway.http.head import Head, once_a_text
from gateway.http.negotiation import media_type_of, wants_page
from gateway.http.refusals import HEADER, hold_back, refused_whole, wants_all_or_nothing
from gateway.http.settings import HttpSettings
from gateway.http.spending import Spending, over_budget, unrun
from gateway.loading.context import RequestContext
from gateway.loading.tally import begin_tally
from gateway.metrics import GONE, Metrics
from gateway.operation.admission import Admissions, is_open_to_the_nameless
from gateway.operation.all_or_nothing import nothing_if_refused, refused_ways_in
from gateway.operation.answers import field_errors, refusal_error, request_errors
from gateway.operation.audit.recorder import NotRecorded
from gateway.operation.audit.recording import Recording, refusals
from gateway.operation.budget import Budget
from gateway.operation.document import Documents, Understood, is_query
from gateway.operation.engine import graph_of
from gateway.operation.execution import Bound, Execution
from gateway.operation.persisted import Meant, Persisted, takes_personal_values
from gateway.operation.sentences import language_of
from gateway.operation.trusted import TrustedDocuments
from gateway.rights.rights import Policy

RECORDED_PENDING = "Recorded, pending: ask again with the same idempotency key for the answer."
_language_of = once_a_text(language_of)


class ContextMaker(Protocol):
    def __call__(self, *, caller: Caller | None, correlation_id: str, language: str) -> RequestContext: ...


class GraphQLEndpoint:
    """An ASGI application. `page` answers a browser's GET (GraphiQL), where there is one."""

    def __init__(
        self,
        schema: strawberry.Schema,
        authenticator: Authenticator,
        context: ContextMaker,
        settings: HttpSettings,
        page: ASGIApp | None = None,
        *,
        policy: Policy,
        clock: PatientClock,
        budget: Budget | None = None,
        trusted: TrustedDocuments | None = None,
        recording: Recording | None = None,
        execution: Execution | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._schema = schema
        self._authenticator = authenticator
        self._context = context
        self._settings = settings
        self._page = page
        self.documents = Persisted(Documents(schema, settings.documents), trusted)
        self._policy = policy
        self._clock = clock
        self._admissions = Admissions(schema, policy.releases)
        self._budget = budget
        self._recording = recording
        self._execution = execution or Execution(schema)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = Head(scope)
        if self._page and head.method == "GET" and _is_for_page(head):
            await self._page(scope, receive, send)
            return
        began, codes = self._clock.monotonic(), frozenset({Code.INTERNAL.value})
        try:
            response = await self._answer(head, receive)
            codes = response.codes
            authentication.challenge_refusal(response, scope, self._settings.origin)
        except ClientDisconnect:
            codes = frozenset({GONE})
            return
        finally:
            if self._metrics is not None:
                self._metrics.answered(codes, self._clock.monotonic() - began)
        with within(self._settings.send_seconds):
            await response(scope, receive, send)

    async def _answer(self, head: Head, receive: Receive) -> Answer:
        language = _language_of(head.said(b"accept-language"))
        media_type = JSON
        try:
            if head.method not in {"GET", "POST"}:
                raise Rejected(405, "Use POST, or GET for queries.", headers={"allow": "GET, POST"})
            media_type = media_type_of(head.said(b"accept"))
            question = await self._question(head, receive)
            began = self._clock.monotonic()
            caller = await authentication.caller_of(
                head, self._authenticator, self._settings.origin, self._policy.revoked
            )
            response = await self._operation(head, receive, question, caller, language, media_type)
            if caller and caller.kind is CallerKind.AGENCY:
                await hold_back(self._clock, began, self._settings.agency_quantum_seconds)
            return response
        except Rejected as rejected:
            authentication.challenge(rejected, head.scope, self._settings.origin)
            return rejection(rejected, language=language, media_type=media_type)

    async def _question(self, head: Head, receive: Receive) -> Asked:
        if head.method == "GET":
            return asked.from_query_string(head.scope["query_string"])
        check_content_type(head)
        body = await body_of(head, receive, size=self._settings.body_size, seconds=self._settings.body_seconds)
        return asked.from_body(body)

    async def _operation(
        self, head: Head, receive: Receive, question: Asked, caller: Caller | None, language: str, media_type: str
    ) -> Answer:
        async def not_run(errors: list[dict[str, Any]]) -> Answer:
            rights = self._policy.rights_of(caller) if caller else None
            return await unrun(errors, self._budget, rights, language=language, media_type=media_type)

        try:
            meant = Meant(question.query, question.document_id)
            suggestions = caller is not None and caller.kind is CallerKind.DEVELOPER
            understood = self.documents.understood(meant, nameless=caller is None, suggestions=suggestions)
            if not isinstance(understood, Understood):
                return await not_run(request_errors(understood, language))
            operation = understood.operation(question.operation_name)
        except Refused as refused:
            return await not_run([refusal_error(refused, language)])
        note_operation(head.scope, operation)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise Rejected(406, "Subscriptions are answered as text/event-stream, or over a WebSocket.")
        if head.method == "GET" and not is_query(operation):
            raise Rejected(405, "GET runs queries only.", headers={"allow": "POST"})
        if head.method == "GET" and meant.id and takes_personal_values(operation, graph_of(self._schema)):
            raise Rejected(405, "This operation takes personal values: use POST.", headers={"allow": "POST"})
        if caller is None and not is_open_to_the_nameless(
            understood, operation, open_introspection=self._settings.open_introspection
        ):
            raise authentication.token_needed()
        whole = wants_all_or_nothing(head.said(HEADER), question.extensions)
        tally = begin_tally()
        context = self._context(caller=caller, correlation_id=head.scope["state"]["correlation_id"], language=language)
        spending = Spending(self._budget, context, tally)
        try:
            bound = self._execution.bind(understood, question.variables, question.operation_name, context)
            if isinstance(bound, list):
                return await not_run(request_errors(bound, language))
            admitted = self._admissions.admit(context.rights, understood, operation, bound.variables)
            context.closed_fields, context.closed_types = admitted.refused, admitted.closed_types
            if whole and admitted.paths:
                await self._on_record(bound, refusals(admitted.paths))
                return refused_whole(admitted.paths, language=language, media_type=media_type)
            try:
                await spending.begin(understood, operation, bound.variables)
            except Refused as refused:
                return over_budget(refused, language=language, media_type=media_type)
            if whole and (ways := await refused_ways_in(bound)):
                await self._on_record(bound, refusals(ways))
                return refused_whole(ways, language=language, media_type=media_type)
            seconds = self._settings.request_seconds + self._settings.request_grace_seconds
            if bound.is_query:
                result = await unless_hung_up(receive, self._execution.run(bound, seconds=seconds))
                if whole:
                    result = nothing_if_refused(result)
            else:
                await self._intended(bound)
                # What a mutation has begun it also ends, whoever still listens.
                result = await self._execution.run(bound, seconds=seconds)
        finally:
            await context.loaders.close()
            spending.end()
        content = content_of(result, language)
        await self._on_record(bound, content)
        return answer(content, status=200, media_type=media_type, headers=spending.headers)

    async def _intended(self, bound: Bound) -> None:
        """Returns when it is on record that a change is about to be carried out. Otherwise it is not carried out."""
        if self._recording is None:
            return
        try:
            await self._recording.intend(bound)
        except NotRecorded:
            raise Rejected(500, "Nothing was done: it is not on record.", code=Code.INTERNAL) from None

    async def _on_record(self, bound: Bound, content: Mapping[str, Any]) -> None:
        """Returns when the answer is on record, so that it may leave. Otherwise nothing of it does."""
        if self._recording is None:
            return
        try:
            await self._recording.keep(bound, content)
        except NotRecorded:
            sentence = "The answer is not on record." if bound.is_query else RECORDED_PENDING
            raise Rejected(500, sentence, code=Code.INTERNAL) from None


def content_of(result: Outcome, language: str) -> dict[str, Any]:
    content: dict[str, Any] = {"data": result.data}
    if result.errors:
        content["errors"] = field_errors(result.errors, language)
    return content


def _is_for_page(head: Head) -> bool:
    asks = {"query", "extensions", *DOCUMENT_IDS} & Request(head.scope).query_params.keys()
    return wants_page(head.said(b"accept")) and not asks
