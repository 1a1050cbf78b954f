"""One id a request: the client's where it is safe to log, else a new one."""

from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from gateway.http.correlation import correlation_id_of, trace_id_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.mark.parametrize(
    "said", ["3b241101-e2bb-4255-8caf-4136c566a962", TRACE, "req_ABCdef-12", "01890a5d-ac96-774b-bcce-b302099a8057"]
)
def test_an_id_of_a_safe_shape_is_taken_over(said: str) -> None:
    assert correlation_id_of(said) == said


@pytest.mark.parametrize(
    "said", ["0013542419", "req-0013542419", "short", "x" * 65, "two words here", "a\nb" * 5, "", None]
)
def test_an_id_that_could_carry_anything_else_is_not(said: str | None) -> None:
    assert correlation_id_of(said) is None


@pytest.mark.parametrize(
    "said", ["", None, "nonsense", f"ff-{TRACE}-00f067aa0ba902b7-01", f"00-{'0' * 32}-00f067aa0ba902b7-01"]
)
def test_a_bad_traceparent_is_no_trace(said: str | None) -> None:
    assert trace_id_of(said) is None


async def test_the_id_is_in_the_answer_and_in_the_log(served: Any) -> None:
    with capture_logs([merge_contextvars]) as lines:
        answer = await served.post(
            {"query": "query Known { count }"}, x_request_id="my-request-1", traceparent=TRACEPARENT
        )
        fresh = await served.post({"query": "{ count }"}, x_request_id="0013542419")
        traced = await served.post({"query": "{ count }"}, traceparent=TRACEPARENT)
    assert answer.headers["x-request-id"] == "my-request-1"
    assert len(fresh.headers["x-request-id"]) == 32
    assert traced.headers["x-request-id"] == TRACE
    first = lines[0]
    assert (first["correlation_id"], first["trace_id"]) == ("my-request-1", TRACE)
    del first["ms"], first["correlation_id"], first["trace_id"]
    assert first == {
        "event": "http.request",
        "log_level": "info",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "client": "127.0.0.0/24",
        "operation": "Known",
        "kind": "query",
    }
