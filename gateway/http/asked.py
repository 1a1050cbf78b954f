"""The parameters of a GraphQL request, from a JSON body or a query string, checked to have their types."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import orjson

from gateway.http.errors import Rejected

PARAMETERS = ("query", "operationName", "variables", "extensions", "documentId", "id", "doc_id")
DOCUMENT_IDS = ("documentId", "id", "doc_id")  # GraphQL over HTTP, appendix A; Relay's two


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """At least one of `query` and `document_id`. The id may be the hash of Apollo's `persistedQuery` extension."""

    query: str | None
    document_id: str | None = None
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


def from_said(said: Mapping[str, Any]) -> Asked:
    """The same of an object that was read already. Raises Rejected(400)."""
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
    extensions = _object("extensions", said)
    document_id = _document_id(said, extensions)
    if not (isinstance(query, str) or (query is None and document_id is not None)):
        raise Rejected(400, "query must be a string with a GraphQL document.")
    operation_name = said.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Rejected(400, "operationName must be a string.")
    return Asked(
        query=query,
        document_id=document_id,
        operation_name=operation_name,
        variables=_object("variables", said),
        extensions=extensions,
    )


def _document_id(said: Mapping[str, Any], extensions: Mapping[str, Any]) -> str | None:
    """Of a request with a query, `id` and `doc_id` are no document's: many clients number their requests so."""
    names = DOCUMENT_IDS if said.get("query") is None else DOCUMENT_IDS[:1]
    for name in names:
        value = said.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not value:
            raise Rejected(400, f"{name} must be a string with the id of a document.")
        return value
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(digest, str) or not digest:
        raise Rejected(400, "extensions.persistedQuery must have the version 1 and a sha256Hash.")
    return digest


def _object(name: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    value = said.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Rejected(400, f"{name} must be a JSON object.")
    return value
