"""The parameters of a GraphQL request, from a JSON body or a query string, checked to have their types."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import orjson

from gateway.http.errors import Rejected

PARAMETERS = ("query", "operationName", "variables", "extensions")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = {}
    extensions: Mapping[str, Any] = {}


def from_body(body: bytes) -> Asked:
    """Raises Rejected(400) for what is no JSON object of the right types. Of a name given twice, the last counts."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:  # its message and `doc` hold the body
        said = None
        readable = False
    else:
        readable = True
    if not readable:
        raise Rejected(400, "The body is not JSON.")
    if isinstance(said, list):
        raise Rejected(400, "Batches are not supported: send one operation a request.")
    if not isinstance(said, dict):
        raise Rejected(400, "The body must be a JSON object with a query.")
    return _checked(said)


def from_query_string(query_string: bytes) -> Asked:
    """`variables` and `extensions` are JSON texts here. Raises Rejected(400)."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=20
        )
    except ValueError:
        raise Rejected(400, "The query string cannot be read.") from None
    said: dict[str, Any] = {}
    for name, text in pairs:
        if name in said and name in PARAMETERS:
            raise Rejected(400, f"{name} is given twice.")
        said[name] = _json(name, text) if name in {"variables", "extensions"} else text
    if said.get("operationName") == "":
        del said["operationName"]
    return _checked(said)


def _json(name: str, text: str) -> Any:
    if not text:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    raise Rejected(400, f"{name} must be a JSON object.")


def _checked(said: Mapping[str, Any]) -> Asked:
    query = said.get("query")
    if not isinstance(query, str):
        raise Rejected(400, "query must be a string with a GraphQL document.")
    operation_name = said.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Rejected(400, "operationName must be a string.")
    return Asked(
        query=query,
        operation_name=operation_name,
        variables=_object("variables", said),
        extensions=_object("extensions", said),
    )


def _object(name: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    value = said.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Rejected(400, f"{name} must be a JSON object.")
    return value
