"""The last net: whatever escapes becomes a 500 without a word about it, and a log entry without values."""

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.domain.failure import Code
from gateway.http.errors import Rejected, rejection
from gateway.http.head import Head
from gateway.operation.answers import trace_of
from gateway.operation.sentences import language_of

_log = structlog.get_logger("gateway.http")


class Faults:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            _log.error("http.fault", exception=type(error).__qualname__, trace=trace_of(error))
            if started:
                # Too late for another answer: the server must see that this one is not whole. It logs the exception
                # that it is given, so it gets one that says nothing.
                raise BrokenAnswer from None
            language = language_of(Head(scope).said(b"accept-language"))
            fault = Rejected(500, "", code=Code.INTERNAL)
            await rejection(fault, language=language)(scope, receive, send)


class BrokenAnswer(Exception):
    """An answer that had begun could not be finished."""
