"""The endpoint by the GraphQL over HTTP specification, over a real socket."""

from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from gateway.domain.failure import Code
from gateway.http.errors import GRAPHQL_JSON, JSON
from gateway.http.settings import HttpSettings
from gateway.operation.sentences import PERSIAN
from tests.http.issuing import TestIssuer

QUERY = {"query": "{ __typename }"}
UNKNOWN_FIELD = {"query": "{ nothing }"}


@pytest.mark.parametrize("accept", [GRAPHQL_JSON, JSON])
async def test_a_query_is_answered_in_the_type_asked_for(served: Any, accept: str) -> None:
    answer = await served.post(QUERY, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.json() == {"data": {"__typename": "Query"}}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accept", ["*/*", "application/*", f"{JSON};q=0.9, text/html", f"{JSON}, {GRAPHQL_JSON}"])
async def test_json_is_what_a_client_gets_that_does_not_prefer_another(served: Any, accept: str) -> None:
    answer = await served.post(QUERY, accept=accept)
    assert answer.headers["content-type"].startswith(JSON)


@pytest.mark.parametrize(
    "accept", [f"{GRAPHQL_JSON}, {JSON};q=0.9", f"{GRAPHQL_JSON}, {JSON}", f"{GRAPHQL_JSON}; charset=utf-8, */*;q=0.1"]
)
async def test_the_graphql_type_is_answered_to_who_prefers_it(served: Any, accept: str) -> None:
    answer = await served.post(QUERY, accept=accept)
    assert answer.headers["content-type"].startswith(GRAPHQL_JSON)


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*", f"{JSON};q=0", f"{JSON};charset=latin-1"])
async def test_another_type_is_406(served: Any, accept: str) -> None:
    answer = await served.post(QUERY, accept=accept)
    assert answer.status_code == 406
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_request_that_cannot_run_is_400_or_200_by_its_type(served: Any) -> None:
    assert (await served.post(UNKNOWN_FIELD)).status_code == 400
    lenient = await served.post(UNKNOWN_FIELD, accept=JSON)
    assert lenient.status_code == 200
    assert "data" not in lenient.json()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=UTF-8", 200),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/jsonp", 415),
        ("", 415),
    ],
)
async def test_only_json_in_utf8_is_read(served: Any, content_type: str, status: int) -> None:
    headers = served.headers(content_type=content_type)
    answer = await served.client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert answer.status_code == status


async def test_a_compressed_body_is_refused(served: Any) -> None:
    assert (await served.post(QUERY, content_encoding="gzip")).status_code == 415


async def test_get_runs_queries(served: Any) -> None:
    query = urlencode({"query": "query A($n: Int) { count(first: $n) }", "variables": '{"n": 3}', "operationName": "A"})
    answer = await served.client.get(f"/graphql?{query}", headers=served.headers())
    assert answer.json() == {"data": {"count": 3}}


async def test_get_runs_no_mutation(served: Any) -> None:
    answer = await served.client.get("/graphql?query=mutation{change}", headers=served.headers())
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
async def test_another_method_is_405(served: Any, method: str) -> None:
    answer = await served.client.request(method, "/graphql", headers=served.headers())
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


async def test_without_a_token_only_the_typename_is_told(served: Any) -> None:
    assert (await served.client.post("/graphql", json=QUERY)).status_code == 200
    for query in ("{ count }", "{ ...F } fragment F on Query { ... { count } }", "{ __schema { types { name } } }"):
        answer = await served.client.post("/graphql", json={"query": query})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer resource_metadata=")
        assert "error=" not in answer.headers["www-authenticate"]
        assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED", "retryable": False}


@pytest.mark.parametrize("shown", ["Bearer nonsense", "Bearer a.b.c", "Bearer", "Basic eDp5", "Bearer \u0663"])
async def test_a_bad_token_is_401_whatever_is_asked(served: Any, shown: str) -> None:
    answer = await served.client.post("/graphql", json=QUERY, headers={"authorization": shown.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token", resource_metadata=')


async def test_introspection_can_be_open_as_in_the_sandbox(run: Any) -> None:
    async with run(HttpSettings(open_introspection=True)) as served:
        asked = await served.client.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})
        assert asked.json()["data"] == {"__schema": {"queryType": {"name": "Query"}}}
        assert (await served.client.post("/graphql", json={"query": "{ count }"})).status_code == 401


async def test_what_may_have_been_meant_is_told_to_developers_alone(run: Any) -> None:
    issuer, misspelt = TestIssuer(), {"query": "{ cuont }"}
    async with run(authenticator=issuer.authenticator()) as served:
        for kind, meant in (("developer", " Did you mean 'count'?"), ("citizen", ""), ("operator", "")):
            said = (await served.post(misspelt, authorization=f"Bearer {issuer.token(tamin_kind=kind)}")).json()
            assert said["errors"][0]["message"] == f"Cannot query field 'cuont' on type 'Query'.{meant}"
        nameless = await served.client.post("/graphql", json=misspelt)
        assert "mean" not in nameless.text


async def test_a_failing_source_costs_its_field_and_says_why(served: Any) -> None:
    answer = (await served.post({"query": "{ count closed }"})).json()
    assert answer["data"] == {"count": 1, "closed": None}
    [error] = answer["errors"]
    assert error["path"] == ["closed"]
    assert error["message"] == PERSIAN[Code.SOURCE_CLOSED]
    assert error["extensions"] == {
        "code": "SOURCE_CLOSED",
        "source": "BRANCH_DATABASES",
        "branch": "0070",
        "retryable": True,
        "retryAfter": 2,
    }


async def test_sentences_come_in_the_language_asked_for(served: Any) -> None:
    answer = (await served.post({"query": "{ closed }"}, accept_language="fa;q=0.5, en-GB")).json()
    assert answer["errors"][0]["message"] == "A system behind this gateway is outside its opening hours."


async def test_a_refusal_in_a_resolver_keeps_its_own_words(served: Any) -> None:
    [error] = (await served.post({"query": "{ refused }"})).json()["errors"]
    assert error["message"] == "first must be at least 0."
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "retryable": False}


async def test_a_slow_operation_ends_with_the_request_s_time(run: Any) -> None:
    async with run(HttpSettings(request_seconds=0.1, request_grace_seconds=0.1)) as served:
        answer = (await served.post({"query": "{ slow }"})).json()
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"] == {"code": "DEADLINE_EXCEEDED", "retryable": True}
        assert served.rooms.cancelled.is_set()


async def test_cors_allows_the_listed_origins_and_no_other(run: Any) -> None:
    async with run(HttpSettings(cors_origins=("https://my.example",))) as served:
        for origin, allowed in (("https://my.example", "https://my.example"), ("https://evil.example", None)):
            answer = await served.post(QUERY, origin=origin)
            assert answer.headers.get("access-control-allow-origin") == allowed
        preflight = await served.client.options(
            "/graphql",
            headers={
                "origin": "https://my.example",
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,content-type",
            },
        )
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "https://my.example"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"content-security-policy": "default-src 'self'"}
    await PlainTextResponse("the page", headers=headers)(scope, receive, send)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


async def test_a_browser_that_opens_the_address_gets_the_page_and_a_client_never_does(run: Any) -> None:
    async with run(page=page) as served:
        opened = await served.client.get("/graphql", headers={"accept": BROWSER})
        assert opened.text == "the page"
        assert opened.headers["content-security-policy"] == "default-src 'self'"
        for accept in ("*/*", JSON, GRAPHQL_JSON, f"text/html, {JSON}"):
            assert (await served.client.get("/graphql", headers={"accept": accept})).status_code == 400
        asked = await served.client.get("/graphql?query={__typename}", headers={"accept": BROWSER})
        assert asked.json() == {"data": {"__typename": "Query"}}
        assert (await served.client.post("/graphql", headers={"accept": BROWSER}, json=QUERY)).status_code == 200


async def test_two_tokens_are_none(served: Any) -> None:
    twice = [("authorization", f"Bearer {served.token}")] * 2
    assert (await served.client.post("/graphql", json=QUERY, headers=twice)).status_code == 401


async def test_what_escapes_is_a_500_that_says_nothing(run: Any) -> None:
    class Broken:
        async def authenticate(self, authorization: str | None) -> None:
            raise RuntimeError("the key is 0013542419")

    async with run(authenticator=Broken()) as served:
        with capture_logs() as lines:
            answer = await served.client.post("/graphql", json=QUERY, headers={"accept-language": "en"})
        assert answer.status_code == 500
        assert answer.json()["errors"] == [
            {"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL", "retryable": False}}
        ]
        assert [line["exception"] for line in lines if line["event"] == "http.fault"] == ["RuntimeError"]
        assert "0013542419" not in repr(lines)
