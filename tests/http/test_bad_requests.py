"""Requests that no client should send: each gets a clear error, none a trace, and none stops the others."""

import asyncio
import json
import logging
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from gateway.http.settings import HttpSettings, Listening

SARA = "0013542419"
PERSIAN_SARA = "۰۰۱۳۵۴۲۴۱۹"


def the_error(answer: Any, status: int) -> Any:
    assert answer.status_code == status
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    return error["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "The body is not JSON."),
        (b"", "The body is not JSON."),
        (b'{"query": NaN}', "The body is not JSON."),
        (b'{"query": "\xff"}', "The body is not JSON."),
        (b'{"query": "\\ud800"}', "The body is not JSON."),
        (b"[" * 5_000 + b"]" * 5_000, "The body is not JSON."),
        (b'"text"', "The body must be a JSON object with a query."),
        (b"7", "The body must be a JSON object with a query."),
        (b"null", "The body must be a JSON object with a query."),
        (b'[{"query": "{ count }"}]', "Batches are not supported: send one operation a request."),
        (b"{}", "query must be a string with a GraphQL document."),
        (b'{"query": 7}', "query must be a string with a GraphQL document."),
        (b'{"query": "{ count }", "variables": []}', "variables must be a JSON object."),
        (b'{"query": "{ count }", "variables": "{}"}', "variables must be a JSON object."),
        (b'{"query": "{ count }", "operationName": 7}', "operationName must be a string."),
        (b'{"query": "{ count }", "extensions": 0}', "extensions must be a JSON object."),
    ],
)
async def test_what_is_no_graphql_request_is_400(served: Any, body: bytes, message: str) -> None:
    headers = served.headers(content_type="application/json")
    assert the_error(await served.client.post("/graphql", content=body, headers=headers), 400) == message


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "query must be a string with a GraphQL document."),
        ("query={count}&query={count}", "query is given twice."),
        ("query={count}&variables=7", "variables must be a JSON object."),
        ("query={count}&variables={", "variables must be a JSON object."),
        ("query=%ff", "The query string cannot be read."),
        ("&".join("a=b" for _ in range(50)), "The query string cannot be read."),
    ],
)
async def test_a_bad_query_string_is_400(served: Any, query_string: str, message: str) -> None:
    answer = await served.client.get(f"/graphql?{query_string}", headers=served.headers())
    assert the_error(answer, 400) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"query": "query A { count }", "operationName": "B"}, "The document has no operation of that name."),
        (
            {"query": "query A { count } query B { count }"},
            "The document has several operations: say which by operationName.",
        ),
        ({"query": "fragment F on Query { count }"}, "Fragment 'F' is never used."),
        ({"query": ""}, "Syntax Error: Unexpected <EOF>."),
        ({"query": "{ count"}, "Syntax Error: Expected Name, found <EOF>."),
        ({"query": "{ cuont }"}, "Cannot query field 'cuont' on type 'Query'."),
        ({"query": "{ count(first: -1.5) }"}, "A value in the document is invalid: expected a value of type 'Int'."),
        (
            {"query": "query ($n: Int) { count(first: $n) }", "variables": {"n": "x"}},
            "Variable '$n' has invalid value: expected a value of type 'Int'.",
        ),
        (
            {"query": "query ($n: [NationalId!]) { count(persons: $n) }", "variables": {"n": [SARA, "0013542410"]}},
            "Variable '$n' has invalid value at [1]: NationalId must be ten digits with a valid check digit",
        ),
        (
            {"query": f'{{ echo(person: "{PERSIAN_SARA[:-1]}۸") }}'},
            "A value in the document is invalid: NationalId must be ten digits with a valid check digit",
        ),
    ],
)
async def test_a_document_or_variable_that_does_not_fit_is_told_in_words(
    served: Any, content: dict[str, Any], message: str
) -> None:
    assert the_error(await served.post(content), 400) == message


async def test_a_body_of_1_mb_is_refused_before_it_is_read(served: Any) -> None:
    answer = await served.post({"query": "{ count } #" + "x" * 1_000_000})
    assert the_error(answer, 413) == "The body is larger than 262144 bytes."


async def test_a_body_that_hides_its_size_is_refused_when_it_grows(served: Any) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b'{"query": "' + b"x" * 10_000

    headers = served.headers(content_type="application/json")
    answer = await served.client.post("/graphql", content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_a_document_of_1_mb_is_refused_where_the_body_may_be_larger(run: Any) -> None:
    async with run(HttpSettings(body_size=4 * 2**20)) as served:
        answer = await served.post({"query": "{ count } #" + "x" * 1_000_000})
        assert the_error(answer, 400) == "The document is larger than 65536 bytes."


@pytest.mark.parametrize(
    "document",
    [
        "{ nest " * 10_000 + "}" * 10_000,
        "{ nest " * 10_000,
        "{ count(first: " + "[" * 10_000 + "]" * 10_000 + ") }",
        "{ count(first: " + "{a:" * 10_000 + "}" * 10_000 + ") }",
        "query ($a: " + "[" * 10_000 + "Int" + "]" * 10_000 + ") { count }",
    ],
)
async def test_nesting_of_10_000_levels_is_refused_unread(run: Any, document: str) -> None:
    from gateway.operation.limits import DocumentLimits

    async with run(HttpSettings(documents=DocumentLimits(size=2**20))) as served:
        answer = await served.post({"query": document})
        assert the_error(answer, 400) == "The document is nested deeper than 100 levels."


async def test_variables_nested_10_000_deep_are_refused(served: Any) -> None:
    body = b'{"query": "{ count }", "variables": {"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}"
    headers = served.headers(content_type="application/json")
    assert (
        the_error(await served.client.post("/graphql", content=body, headers=headers), 400) == "The body is not JSON."
    )


async def test_a_body_that_stops_half_way_is_408_and_its_connection_is_closed(run: Any) -> None:
    async with run(HttpSettings(body_seconds=0.2)) as served:
        reader, writer = await served.connect()
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"
        )
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b"The body did not arrive in time." in said


async def test_a_client_that_hangs_up_cancels_its_operation(served: Any) -> None:
    body = json.dumps({"query": "{ slow }"}).encode()
    _, writer = await served.connect()
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {served.token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await asyncio.wait_for(served.rooms.began.wait(), 5)
    assert not served.rooms.cancelled.is_set()
    writer.close()
    await asyncio.wait_for(served.rooms.cancelled.wait(), 5)


async def test_200_silent_connections_stop_nobody_and_are_closed(run: Any) -> None:
    async with run(listening=Listening(port=0, head_seconds=0.5)) as served:
        silent = [await served.connect() for _ in range(200)]
        assert (await served.post({"query": "{ count }"})).json() == {"data": {"count": 1}}
        ends = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in silent)), 5)
        assert set(ends) == {b""}
        for _, writer in silent:
            writer.close()


async def test_a_head_in_drops_is_cut_off(run: Any) -> None:
    async with run(listening=Listening(port=0, head_seconds=0.3)) as served:
        reader, writer = await served.connect()
        for _ in range(3):
            writer.write(b"\r\n")  # allowed before a request, and no part of one
            await asyncio.sleep(0.05)
        writer.write(b"POST /graphql HTTP/1.1\r\nhost: ")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_head_without_end_is_431(run: Any) -> None:
    async with run(listening=Listening(port=0, head_size=4_096)) as served:
        reader, writer = await served.connect()
        writer.write(b"GET /graphql HTTP/1.1\r\n" + b"x-more: yes\r\n" * 2_000)
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert said.startswith(b"HTTP/1.1 431 ")


async def test_the_longest_silent_connection_makes_room(run: Any) -> None:
    async with run(listening=Listening(port=0, silent_connections=5)) as served:
        silent = [await served.connect() for _ in range(6)]
        assert await asyncio.wait_for(silent[0][0].read(), 5) == b""
        assert (await served.client.get("/live")).status_code == 200
        for _, writer in silent:
            writer.close()


CANARY = "2960371543"


@pytest.mark.parametrize(
    "content",
    [
        {"query": f'{{ echo(person: "{SARA[:-1]}8") }}'},
        {"query": f"{{ echo(person: {CANARY}) }}"},
        {"query": f'{{ echo(person: "{CANARY}) }}'},
        {"query": f'{{ echo(person "{CANARY}") }}'},
        {"query": f"{{ echo(person: {CANARY}x) }}"},
        {"query": f'{{ count(first: "{CANARY}") }}'},
        {"query": f"{{ count(first: {CANARY}999) }}"},
        {"query": f'{{ count(wish: {{person: "{CANARY}", times: "{CANARY}"}}) }}'},
        {"query": f"{{ count(wish: {{p{CANARY}: 1}}) }}"},
        {"query": f"{{ n{CANARY} }}"},
        {"query": f"{{ count(n{CANARY}: 1) }}"},
        {"query": f"query q{CANARY} {{ broken }}"},
        {"query": "query ($v: Wish) { count(wish: $v) }", "variables": {"v": {CANARY: CANARY, "person": CANARY}}},
        {"query": "query ($v: Wish) { count(wish: $v) }", "variables": {"v": CANARY}},
        {"query": f"query ($v: Int = {CANARY}9) {{ count(first: $v) }}"},
        {"query": "query ($v: Int) { count(first: $v) }", "variables": {"v": CANARY}},
        {"query": "query ($v: [NationalId!]) { count(persons: $v) }", "variables": {"v": [CANARY]}},
        {"query": "{ count }", "operationName": CANARY},
        {"query": "{ broken }"},
        {"query": f'{{ count @skip(if: "{CANARY}") }}'},
        {"query": "{ count }", "variables": CANARY},
        {"query": {CANARY: CANARY}},
    ],
)
async def test_a_national_code_in_a_bad_request_never_comes_back_nor_into_the_log(
    served: Any, content: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        answer = await served.post(content, x_request_id=CANARY)
        by_get = await served.client.get(f"/graphql/{CANARY}?query={CANARY}", headers=served.headers())
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    everything = answer.text + by_get.text + repr(lines) + repr(logged) + str(answer.headers)
    assert answer.json()["errors"]
    assert lines
    for secret in (CANARY, SARA, SARA[:-1]):
        assert secret not in everything


async def test_a_refused_body_that_goes_on_is_discarded_for_a_while_and_then_cut_off(run: Any) -> None:
    async with run(listening=Listening(port=0, head_seconds=0.5)) as served:
        reader, writer = await served.connect()
        writer.write(b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n")
        writer.write(b"content-length: 1000000000\r\n\r\n")
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 413 ")

        async def go_on() -> None:
            while True:
                writer.write(b"x" * 10_000)
                await writer.drain()
                await asyncio.sleep(0.01)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(go_on(), 10)
        writer.close()
