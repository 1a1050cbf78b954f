"""What each HTTP request passes first and its answer last."""

import gc
import weakref
from functools import partial
from typing import Any

import pytest
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs
from uvicorn.protocols.http import httptools_impl

from gateway.domain.clock import SystemClock
from gateway.http.faults import BrokenAnswer
from gateway.http.front import Front

MINE = b"https://my.example"


def answering(*headers: tuple[bytes, bytes], fails_after: int | None = None) -> ASGIApp:
    """Sends two messages, and fails after so many."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = [
            {"type": "http.response.start", "status": 200, "headers": list(headers)},
            {"type": "http.response.body", "body": b"{}"},
        ]
        for message in messages[:fails_after]:
            await send(message)
        if fails_after is not None:
            raise LookupError("0013542419")

    return app


async def answer_of(app: ASGIApp, *said: tuple[bytes, bytes], path: str = "/graphql", **more: str) -> list[Message]:
    sent: list[Message] = []
    front = Front(
        app,
        SystemClock(),
        ways={"/way": answering((b"x-way", b"1"))},
        cors=partial(CORSMiddleware, allow_origins=(MINE.decode(),)),
    )

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    await front({"type": "http", "method": "POST", "path": path, "headers": list(said), **more}, receive, send)
    return sent


def values(messages: list[Message], name: bytes) -> list[bytes]:
    return [value for key, value in messages[0]["headers"] if key == name]


@pytest.mark.parametrize("varies", [(), (b"host",), (b"host", b"accept")])
@pytest.mark.parametrize("origin", [None, b"https://evil.example"])
async def test_caches_are_told_that_answers_vary_by_origin(varies: tuple[bytes, ...], origin: bytes | None) -> None:
    app = answering((b"x-own", b"1"), *((b"vary", value) for value in varies))
    sent = await answer_of(app, *([(b"origin", origin)] if origin else []))
    told = b", ".join(values(sent, b"vary")).split(b", ")
    assert values(sent, b"x-own") == [b"1"]
    assert sorted(told) == sorted([*varies, b"Origin"])


@pytest.mark.parametrize("own", [(), ((b"x-frame-options", b"SAMEORIGIN"), (b"x-request-id", b"of-another"))])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_each_header_is_there_once_and_an_answers_own_is_kept(
    own: tuple[tuple[bytes, bytes], ...], scheme: str
) -> None:
    sent = await answer_of(answering(*own), (b"x-request-id", b"my-request-1"), scheme=scheme)
    names = [name for name, _ in sent[0]["headers"]]
    assert sorted(set(names)) == sorted(names)
    assert values(sent, b"x-request-id") == [b"my-request-1"]
    assert values(sent, b"x-frame-options") == [b"SAMEORIGIN" if own else b"DENY"]
    assert (b"strict-transport-security" in names) is (scheme == "https")


async def test_a_way_of_its_own_passes_by_the_routes() -> None:
    assert values(await answer_of(answering(), path="/way"), b"x-way") == [b"1"]
    assert not values(await answer_of(answering(), path="/ways"), b"x-way")
    assert not values(await answer_of(answering(), path="/way", root_path="/below"), b"x-way")


@pytest.mark.parametrize("origin", [(), ((b"origin", MINE),)])
async def test_a_fault_is_told_without_a_word_about_it_and_to_sites_that_may_read(
    origin: tuple[tuple[bytes, bytes], ...],
) -> None:
    with capture_logs() as lines:
        sent = await answer_of(answering(fails_after=0), *origin)
    assert (sent[0]["status"], values(sent, b"access-control-allow-origin")) == (500, [MINE] if origin else [])
    assert b"INTERNAL" in sent[1]["body"]
    assert [line["event"] for line in lines] == ["http.fault", "http.request"]
    assert lines[-1]["status"] == 500
    assert "0013542419" not in str(lines) + str(sent)


@pytest.mark.parametrize("origin", [(), ((b"origin", MINE),)])
async def test_an_answer_that_had_begun_is_broken_off(origin: tuple[tuple[bytes, bytes], ...]) -> None:
    with capture_logs() as lines, pytest.raises(BrokenAnswer) as broken:
        await answer_of(answering(fails_after=1), *origin)
    assert broken.value.__cause__ is None
    assert broken.value.__suppress_context__
    assert lines[-1]["status"] == 200


async def test_an_answered_request_leaves_nothing_to_the_search_for_garbage(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What holds itself in a circle dies only when it is looked for, which stops the whole process meanwhile."""
    made: list[weakref.ref[object]] = []

    class Cycle(httptools_impl.RequestResponseCycle):
        def __init__(self, *parts: Any, **named: Any) -> None:
            super().__init__(*parts, **named)
            made.append(weakref.ref(self))

    monkeypatch.setattr(httptools_impl, "RequestResponseCycle", Cycle)
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            assert (await served.post({"query": "{ count }"})).status_code == 200
            assert (await served.client.get("/nowhere")).status_code == 404
        living = [known for known in made if known() is not None]
    finally:
        gc.enable()
    assert len(made) == 6
    assert len(living) <= 1, "the connection holds the last"
