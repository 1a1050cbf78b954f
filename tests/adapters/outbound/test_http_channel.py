import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from aiohttp import web

from adapters.outbound.http import Channel, HttpClient, open_channel
from adapters.outbound.settings import ChannelSettings
from gateway.domain.failure import Source, SourceIncoherent, SourceTimeout, SourceUnavailable
from tests.adapters.outbound.stand_in import Seen, raw_bytes, standing_in

BANK = Source.BANK_REFAH


Opened = Callable[..., AbstractAsyncContextManager[Channel]]


@pytest.fixture(params=HttpClient, ids=lambda client: client.value)
def opened(request: pytest.FixtureRequest) -> Opened:
    """A channel over each client: whichever makes the calls, the same holds."""

    def opened(
        url: str, *, seconds: float = 2.0, parallelism: int = 4, max_answer_bytes: int = 10_000
    ) -> AbstractAsyncContextManager[Channel]:
        settings = ChannelSettings(
            timeout=seconds, parallelism=parallelism, max_answer_bytes=max_answer_bytes, http_client=request.param
        )
        return open_channel(BANK, url, settings)

    return opened


async def ask(channel: Channel) -> bytes:
    return (await channel.post("/x", b"{}", {})).body


async def hello(_: Seen) -> web.StreamResponse:
    return web.Response(body=b"hello", headers={"set-cookie": "a=1"})


async def test_an_answer_comes_back_whole_and_no_cookie_is_kept(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url + "/prefix/") as channel:
        assert await ask(channel) == b"hello"
        await ask(channel)
        assert channel.target("/x?y=1") == "/prefix/x?y=1"
    assert [seen.target for seen in server.seen] == ["/prefix/x", "/prefix/x"]
    assert "cookie" not in server.seen[1].headers
    assert server.seen[0].headers["accept-encoding"] == "identity"


async def test_a_redirect_is_not_followed(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url) as channel:
        server.says("", status=302, headers={"location": server.url + "/elsewhere"})
        assert (await channel.post("/x", b"", {})).status == 302
    assert len(server.seen) == 1


async def test_a_proxy_of_the_environment_is_not_obeyed(monkeypatch: pytest.MonkeyPatch, opened: Opened) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with standing_in(hello) as server, opened(server.url) as channel:
        assert await ask(channel) == b"hello"


async def test_a_silent_system_is_a_time_out(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url, seconds=0.1) as channel:
        server.is_silent()
        with pytest.raises(SourceTimeout):
            await ask(channel)


async def test_an_answer_that_trickles_is_a_time_out_too(opened: Opened) -> None:
    async def trickle(seen: Seen) -> web.StreamResponse:
        return web.Response(body=drops())

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    async with standing_in(trickle) as server, opened(server.url, seconds=0.15) as channel:
        with pytest.raises(SourceTimeout):
            await ask(channel)


async def test_a_refused_connection_is_unavailable(opened: Opened) -> None:
    async with standing_in(hello) as server:
        url = server.url
    async with opened(url) as channel:
        with pytest.raises(SourceUnavailable) as failure:
            await ask(channel)
    assert failure.value.retryable


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "no last chunk"],
)
async def test_a_connection_cut_off_in_mid_answer_is_unavailable_not_a_time_out(sent: bytes, opened: Opened) -> None:
    async with raw_bytes(sent) as url, opened(url) as channel:
        with pytest.raises(SourceUnavailable) as failure:
            await ask(channel)
    assert type(failure.value) is SourceUnavailable


async def test_what_is_not_http_is_incoherent_and_not_repeated_in_the_message(opened: Opened) -> None:
    async with raw_bytes(b"0013542419 SSH-2.0\r\n\r\n") as url, opened(url) as channel:
        with pytest.raises(SourceIncoherent) as failure:
            await ask(channel)
    assert "0013542419" not in str(failure.value)
    assert failure.value.__cause__ is None


async def test_an_answer_over_the_size_cap_is_refused_before_it_is_whole(opened: Opened) -> None:
    async def endless(_: Seen) -> web.StreamResponse:
        return web.Response(body=megabytes())

    async def megabytes() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    async with standing_in(endless) as server, opened(server.url) as channel:
        with pytest.raises(SourceIncoherent, match="more than 10000 bytes"):
            await ask(channel)


async def test_a_compressed_answer_nobody_asked_for_is_refused(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url) as channel:
        server.says(b"\x1f\x8b", headers={"content-encoding": "gzip"})
        with pytest.raises(SourceIncoherent):
            await ask(channel)


async def test_no_more_calls_are_in_flight_than_agreed(opened: Opened) -> None:
    async def slowly(_: Seen) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        return web.Response(body=b"done")

    async with standing_in(slowly) as server, opened(server.url, parallelism=3) as channel:
        await asyncio.gather(*(ask(channel) for _ in range(12)))
    assert server.most_in_flight == 3


async def test_waiting_for_a_slot_does_not_count_as_the_systems_time(opened: Opened) -> None:
    async def slowly(_: Seen) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return web.Response(body=b"done")

    async with standing_in(slowly) as server, opened(server.url, parallelism=1, seconds=0.25) as channel:
        assert await asyncio.gather(*(ask(channel) for _ in range(4))) == [b"done"] * 4


async def test_closing_leaves_no_connection_open(opened: Opened) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with standing_in(hello) as server:
            async with opened(server.url) as channel:
                await asyncio.gather(*(ask(channel) for _ in range(4)))
            gc.collect()


async def test_a_call_that_is_cancelled_frees_its_slot_and_leaves_no_connection_behind(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url, parallelism=1) as channel:
        server.is_silent()
        call = asyncio.create_task(ask(channel))
        await server.was_asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        server.says(b"hello")
        assert await ask(channel) == b"hello"


async def test_calls_in_turn_share_one_connection(opened: Opened) -> None:
    peers: set[object] = set()

    async def telling(seen: Seen) -> web.StreamResponse:
        peers.add(seen.peer)
        return web.Response(body=b"hello")

    async with standing_in(telling) as server, opened(server.url) as channel:
        for _ in range(5):
            await ask(channel)
    assert len(peers) == 1


async def test_an_answer_in_many_pieces_comes_back_whole(opened: Opened) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(50):
            yield b"%03d" % number
            await asyncio.sleep(0)

    async def slowly(_: Seen) -> web.StreamResponse:
        return web.Response(body=pieces())

    async with standing_in(slowly) as server, opened(server.url) as channel:
        assert await ask(channel) == b"".join(b"%03d" % number for number in range(50))


async def test_a_header_is_found_whatever_its_case(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url) as channel:
        server.says("", status=503, headers={"ReTry-After": "7"})
        assert (await channel.post("/x", b"", {})).headers.get("retry-after") == "7"


async def test_the_target_is_what_stands_in_the_request_line(opened: Opened) -> None:
    async with standing_in(hello) as server, opened(server.url + "/pre%20fix/ب") as channel:
        await channel.post("/x?y=1", b"", {})
        assert server.seen[0].target == channel.target("/x?y=1")
