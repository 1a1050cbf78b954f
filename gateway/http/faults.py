"""The last net: whatever escapes becomes a 500 without a word about it, and a log entry without values."""

import structlog
from starlette.types import Scope

from gateway.domain.failure import Code
from gateway.http.errors import Answer, Rejected, rejection
from gateway.http.head import Head
from gateway.operation.answers import trace_of
from gateway.operation.sentences import language_of

_log = structlog.get_logger("gateway.http")


def answer_to(error: Exception, scope: Scope, *, has_begun: bool) -> Answer:
    """Raises BrokenAnswer where it is too late for another answer: the server must see that the one that has begun is
    not whole. It logs the exception that it is given, so it gets one that says nothing."""
    _log.error("http.fault", exception=type(error).__qualname__, trace=trace_of(error))
    if has_begun:
        raise BrokenAnswer from None
    language = language_of(Head(scope).said(b"accept-language"))
    return rejection(Rejected(500, "", code=Code.INTERNAL), language=language)


class BrokenAnswer(Exception):
    """An answer that had begun could not be finished."""
