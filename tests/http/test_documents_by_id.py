"""Documents by id over HTTP: trusted ones, and automatic persisted queries as Apollo's clients speak them."""

import hashlib
from typing import Any

import orjson
import pytest

from gateway.operation.allowances import LimitSettings
from gateway.operation.document import Documents
from gateway.operation.trusted import TrustedDocuments
from tests.http.conftest import SARA, Rooms, Run, Served, small_schema

COUNT = "query Count($first: Int! = 1) { count(first: $first) }"
ECHO = "query Echo($person: NationalId!) { echo(person: $person) }"
CHANGE = "mutation Change { change }"
TEXTS = {"count": COUNT, "echo": ECHO, "change": CHANGE}


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def apollo(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}}


def trusted() -> TrustedDocuments:
    return TrustedDocuments(TEXTS, Documents(small_schema(Rooms())), None, LimitSettings())


async def get(served: Served, **parameters: Any) -> Any:
    said = {name: v if isinstance(v, str) else orjson.dumps(v).decode() for name, v in parameters.items()}
    return await served.client.get("/graphql", params=said, headers=served.headers())


def first_error(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "asked",
    [
        {"documentId": "count"},
        {"documentId": f"sha256:{hash_of(COUNT)}"},
        {"id": "count"},
        {"doc_id": "count", "query": None},
        {"extensions": apollo(COUNT)},
    ],
)
async def test_a_trusted_document_runs_by_each_clients_way_of_naming_it(run: Run, asked: dict[str, Any]) -> None:
    async with run(trusted=trusted()) as served:
        more = {"operationName": "Count", "variables": {"first": 4}}
        posted = await served.post({**asked, **more})
        assert (posted.status_code, posted.json()) == (200, {"data": {"count": 4}})
        got = await get(served, **{name: value for name, value in {**asked, **more}.items() if value is not None})
        assert (got.status_code, got.json()) == (200, {"data": {"count": 4}})
        assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("asked", [{"query": COUNT}, {"query": COUNT, "documentId": "count"}])
async def test_where_documents_are_trusted_no_text_runs(run: Run, asked: dict[str, Any]) -> None:
    async with run(trusted=trusted()) as served:
        status, message = first_error(await served.post(asked))
        assert status == 400
        assert "Only trusted documents" in message
        assert first_error(await get(served, **asked))[0] == 400


async def test_an_id_that_is_not_in_the_manifest_is_refused(run: Run) -> None:
    async with run(trusted=trusted()) as served:
        refused = (400, "No trusted document has this documentId.")
        assert first_error(await served.post({"documentId": "another"})) == refused
        assert first_error(await served.post({"extensions": apollo("{ count }")})) == refused


async def test_a_url_holds_neither_a_mutation_nor_a_person(run: Run) -> None:
    async with run(trusted=trusted()) as served:
        for asked in ({"documentId": "change"}, {"documentId": "echo", "variables": {"person": SARA}}):
            response = await get(served, **asked)
            assert response.status_code == 405
            assert response.headers["allow"] == "POST"
            assert SARA not in response.text
            assert (await served.post(asked)).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"documentId": 7},
        {"documentId": ""},
        {"id": ["count"]},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": "a"}},
    ],
)
async def test_an_id_of_the_wrong_shape_is_a_bad_request(run: Run, asked: dict[str, Any]) -> None:
    async with run(trusted=trusted()) as served:
        response = await served.post(asked)
        assert response.status_code == 400
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_query_is_registered_with_its_hash_and_then_runs_by_it(served: Served) -> None:
    by_hash = {"extensions": apollo(COUNT), "variables": {"first": 3}}
    assert first_error(await served.post(by_hash)) == (400, "PersistedQueryNotFound")
    assert (await served.post({"query": COUNT, **by_hash})).json() == {"data": {"count": 3}}
    assert (await served.post(by_hash)).json() == {"data": {"count": 3}}
    assert (await get(served, **by_hash)).json() == {"data": {"count": 3}}


async def test_in_the_media_type_that_older_clients_read_not_found_is_no_http_error(served: Served) -> None:
    response = await served.post({"extensions": apollo(COUNT)}, accept="application/json")
    assert first_error(response) == (200, "PersistedQueryNotFound")


async def test_a_hash_that_is_not_the_querys_registers_nothing(served: Served) -> None:
    status, message = first_error(await served.post({"query": COUNT, "extensions": apollo(ECHO)}))
    assert (status, message) == (400, "The hash is not the SHA-256 of the query.")
    assert first_error(await served.post({"extensions": apollo(ECHO)}))[1] == "PersistedQueryNotFound"


async def test_the_nameless_register_nothing(served: Served) -> None:
    text = "{ __typename }"
    both = {"query": text, "extensions": apollo(text)}
    assert (await served.client.post("/graphql", json=both)).json() == {"data": {"__typename": "Query"}}
    assert first_error(await served.post({"extensions": apollo(text)}))[1] == "PersistedQueryNotFound"
    nameless = await served.client.post("/graphql", json={"extensions": apollo(text)})
    assert first_error(nameless) == (200, "PersistedQueryNotSupported")


async def test_a_request_may_still_be_numbered_by_its_client(served: Served) -> None:
    assert (await served.post({"id": 7, "query": COUNT})).json() == {"data": {"count": 1}}
