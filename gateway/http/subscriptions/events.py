"""Server-sent events: POST /graphql with `accept: text/event-stream`, a subscription in the body (GraphQL over SSE).

Each answer is an event `next`, the end an event `complete`; comments keep the connection alive in between.
"""

import contextlib
from collections.abc import AsyncIterator, Callable

import orjson
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.domain.caller import Caller
from gateway.http import asked, authentication
from gateway.http.access_log import note_operation
from gateway.http.asked import Asked
from gateway.http.authentication import Authenticator
from gateway.http.body import body_of, check_content_type
from gateway.http.errors import JSON, Rejected, answer, rejection
from gateway.http.head import Head, once_a_text
from gateway.http.settings import HttpSettings
from gateway.http.subscriptions.watching import Content, NotRecorded, NotRun, Watching
from gateway.operation.document import Understood
from gateway.operation.sentences import language_of

EVENTS = "text/event-stream"
KEEP_ALIVE_EVERY = 15  # glances


@once_a_text
def _wants_events(accept: str | None) -> bool:
    return any(part.split(";")[0].strip().lower() == EVENTS for part in (accept or "").split(","))


def _accept_of(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"), None)


class EventsOrAnswer:
    """An ASGI application: events for who asks for them, the endpoint for all others."""

    def __init__(
        self,
        endpoint: ASGIApp,
        watching: Watching,
        authenticator: Authenticator,
        settings: HttpSettings,
        ending: Callable[[], bool],
    ) -> None:
        self._endpoint, self._watching, self._authenticator = endpoint, watching, authenticator
        self._settings, self._ending = settings, ending

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST" or not _wants_events(_accept_of(scope)):
            await self._endpoint(scope, receive, send)
            return
        with contextlib.suppress(ClientDisconnect):
            await (await self._answer(Head(scope), receive))(scope, receive, send)

    async def _answer(self, head: Head, receive: Receive) -> ASGIApp:
        language = language_of(head.said(b"accept-language"))
        try:
            check_content_type(head)
            body = await body_of(head, receive, size=self._settings.body_size, seconds=self._settings.body_seconds)
            question = asked.from_body(body)
            caller = await self._caller(head)
            understood = self._watching.understood(question, caller, language)
            note_operation(head.scope, understood.operation(question.operation_name))
        except Rejected as rejected:
            authentication.challenge(rejected, head.scope, self._settings.origin)
            return rejection(rejected, language=language)
        except NotRun as problem:
            return answer({"errors": problem.errors}, status=400, media_type=JSON)
        events = self._events(understood, question, caller, language)
        return StreamingResponse(events, media_type=EVENTS, headers={"cache-control": "no-store"})

    async def _events(
        self, understood: Understood, question: Asked, caller: Caller, language: str
    ) -> AsyncIterator[bytes]:
        silent = 0
        yield b":\n\n"  # the head leaves at once
        try:
            async with contextlib.aclosing(self._watching.answers(understood, question, caller, language)) as answers:
                async for said in answers:
                    if self._ending():
                        break
                    silent = silent + 1 if said is None else 0
                    if said is not None:
                        yield event("next", said)
                    elif silent % KEEP_ALIVE_EVERY == 0:
                        yield b":\n\n"
        except NotRun as problem:
            yield event("next", {"errors": problem.errors})
        except NotRecorded:
            pass  # nothing of it may leave
        yield event("complete", None)

    async def _caller(self, head: Head) -> Caller:
        origin, over = self._settings.origin, self._watching.over
        caller = await authentication.caller_of(head, self._authenticator, origin, over)
        if caller is None:
            raise authentication.token_needed()
        return caller


def event(name: str, data: Content | None) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + (orjson.dumps(data) if data is not None else b"") + b"\n\n"
