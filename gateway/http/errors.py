"""Answers that are no GraphQL result: an HTTP status, and `errors` in the shape that GraphQL clients read."""

from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from executor import written
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.answers import refusal_error

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"


class Rejected(Exception):
    """The request ends here with an HTTP status. Raised anywhere in the reading of a request."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: Code = Code.BAD_USER_INPUT,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.refused = Refused(code, message)
        self.headers = dict(headers or {})


class Answer:
    """A whole answer: an ASGI application. Names of headers are in lower case; `codes` are those of its errors."""

    __slots__ = ("body", "codes", "headers", "status")

    def __init__(self, status: int, headers: dict[str, str], body: bytes, codes: frozenset[str] = frozenset()) -> None:
        self.status, self.headers, self.body, self.codes = status, headers, body, codes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(
    content: Mapping[str, Any], *, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """JSON that no cache keeps."""
    body = written(content)
    own = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": "no-store",
        "content-length": str(len(body)),
    }
    codes = frozenset(error["extensions"]["code"] for error in content.get("errors", ()))
    return Answer(status, {**headers, **own} if headers else own, body, codes)


def rejection(rejected: Rejected, *, language: str, media_type: str = JSON) -> Answer:
    errors = [refusal_error(rejected.refused, language)]
    return answer({"errors": errors}, status=rejected.status, media_type=media_type, headers=rejected.headers)
