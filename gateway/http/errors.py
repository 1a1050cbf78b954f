"""Answers that are no GraphQL result: an HTTP status, and `errors` in the shape that GraphQL clients read."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

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


class Answer(Response):
    """`codes` are those of its errors."""

    codes: frozenset[str] = frozenset()


def answer(
    content: Mapping[str, Any], *, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """JSON that no cache keeps."""
    response = Answer(written(content), status, dict(headers or {}))
    response.codes = frozenset(error["extensions"]["code"] for error in content.get("errors", ()))
    response.headers["content-type"] = f"{media_type}; charset=utf-8"
    response.headers["cache-control"] = "no-store"
    return response


def rejection(rejected: Rejected, *, language: str, media_type: str = JSON) -> Answer:
    errors = [refusal_error(rejected.refused, language)]
    return answer({"errors": errors}, status=rejected.status, media_type=media_type, headers=rejected.headers)
