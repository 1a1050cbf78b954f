"""Where a failure gets its public face, once: the only road from an exception to `errors` in an answer.

SourceFailure          its code, source, branch, retryable, retryAfter
Refused                its code; its message, which the gateway wrote for the client
a fault of the client  BAD_USER_INPUT, in words that hold no value of the request (`masking`)
anything else          INTERNAL, and a log entry of its type and trace without any value
"""

import math
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from graphql import GraphQLError

from gateway.domain.failure import Code, SourceFailure
from gateway.domain.refusal import Refused
from gateway.operation.masking import causes, masked, own_code
from gateway.operation.sentences import sentence

RETRYABLE = frozenset({Code.RATE_LIMITED, Code.DEADLINE_EXCEEDED})

_log = structlog.get_logger("gateway.answers")


def request_errors(errors: Iterable[GraphQLError], language: str) -> list[dict[str, Any]]:
    """Errors found before execution: each is the client's, unless it wraps a failure of ours."""
    return [_face(error, language, theirs=True) for error in errors]


def field_errors(errors: Iterable[GraphQLError] | None, language: str) -> list[dict[str, Any]]:
    """Errors of execution, each with its path. An argument that does not fit is the client's; the rest is not."""
    return [_face(e, language, theirs=e.message.startswith("Argument '")) for e in errors or ()]


def refusal_error(refused: Refused, language: str) -> dict[str, Any]:
    """A refusal outside any document: of the token, of the body, of the request as a whole."""
    return {"message": _spoken(refused, language), "extensions": _extensions(refused.code) | refused.details}


def _face(error: GraphQLError, language: str, *, theirs: bool) -> dict[str, Any]:
    face: dict[str, Any] = {"message": ""}
    if error.locations:
        face["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    if error.path:
        face["path"] = list(error.path)
    face["message"], face["extensions"] = _said(error, language, theirs=theirs)
    return face


def _said(error: GraphQLError, language: str, *, theirs: bool) -> tuple[str, Mapping[str, Any]]:
    cause = next((c for c in causes(error) if not isinstance(c, GraphQLError)), None)
    match cause:
        case SourceFailure():
            return sentence(cause.code, language), _of_source(cause)
        case Refused() if not theirs or cause.code is not Code.BAD_USER_INPUT:
            return _spoken(cause, language), _extensions(cause.code)
        case Refused() if error.message == cause.message:
            return cause.message, _extensions(cause.code)
    code = next((own_code(c) for c in causes(error) if isinstance(c, GraphQLError)), None)
    if code is not None and code is not Code.BAD_USER_INPUT:
        return sentence(code, language), _extensions(code)
    if theirs or code is Code.BAD_USER_INPUT:
        return masked(error), _extensions(Code.BAD_USER_INPUT)
    _log_internal(cause or error)
    return sentence(Code.INTERNAL, language), _extensions(Code.INTERNAL)


def _spoken(refused: Refused, language: str) -> str:
    """What the client did wrong is told in its own words; the rest by the sentence of its code."""
    return refused.message if refused.code is Code.BAD_USER_INPUT else sentence(refused.code, language)


def _of_source(failure: SourceFailure) -> dict[str, Any]:
    extensions: dict[str, Any] = {
        "code": failure.code.value,
        "source": failure.source.value,
        "retryable": failure.retryable,
    }
    if failure.branch is not None:
        extensions["branch"] = failure.branch.digits
    if failure.retry_after is not None:
        extensions["retryAfter"] = max(0, math.ceil(failure.retry_after))
    return extensions


def _extensions(code: Code) -> dict[str, Any]:
    return {"code": code.value, "retryable": code in RETRYABLE}


def _log_internal(error: BaseException) -> None:
    """Neither the message nor the locals of an exception are logged: both may hold what a person is known by."""
    _log.error("answer.internal", exception=type(error).__qualname__, trace=trace_of(error))


def trace_of(error: BaseException) -> list[str]:
    """File, line and function of each frame, outermost first; no source lines, no values."""
    frames = traceback.extract_tb(error.__traceback__, limit=-20)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
