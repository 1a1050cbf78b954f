"""Questions to an issuer: whatever keeps an answer from coming whole, small and in time is an OSError."""

import base64
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from adapters.outbound.authority import MAX_ANSWER_BYTES, Authority, open_authority
from tests.adapters.outbound.stand_in import Seen, StandIn, standing_in


async def _fine(_: Seen) -> web.StreamResponse:
    return web.Response(body=b'{"keys": []}')


@pytest.fixture
async def issuer() -> AsyncIterator[StandIn]:
    async with standing_in(_fine) as server:
        yield server


@pytest.fixture
async def authority() -> AsyncIterator[Authority]:
    async with open_authority(timeout=1) as opened:
        yield opened


async def test_a_document_is_the_body_of_a_200(issuer: StandIn, authority: Authority) -> None:
    assert await authority.document(issuer.url + "/jwks") == b'{"keys": []}'
    assert issuer.seen[0].method == "GET"


async def test_an_introspection_carries_the_token_and_our_secret(issuer: StandIn, authority: Authority) -> None:
    await authority.introspection(issuer.url + "/introspect", "a token", client="us", secret="s:e")
    [seen] = issuer.seen
    assert seen.body == b"token=a+token&token_type_hint=access_token"
    assert seen.headers["authorization"] == "Basic " + base64.b64encode(b"us:s:e").decode()


@pytest.mark.parametrize("status", [204, 301, 401, 404, 500])
async def test_any_other_status_is_no_document(issuer: StandIn, authority: Authority, status: int) -> None:
    issuer.says(b"", status, {"location": "/elsewhere"})
    with pytest.raises(OSError, match=str(status)):
        await authority.document(issuer.url)
    assert len(issuer.seen) == 1, "a redirect is not followed"


async def test_an_answer_too_large_is_none(issuer: StandIn, authority: Authority) -> None:
    issuer.says(b" " * (MAX_ANSWER_BYTES + 1))
    with pytest.raises(OSError, match="too large"):
        await authority.document(issuer.url)


async def test_a_silent_issuer_costs_no_more_than_its_time(issuer: StandIn) -> None:
    issuer.is_silent()
    async with open_authority(timeout=0.1) as authority:
        with pytest.raises(TimeoutError):
            await authority.document(issuer.url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://127.0.0.1:99999/", "nonsense"])
async def test_nobody_there_is_an_os_error_too(authority: Authority, url: str) -> None:
    with pytest.raises(OSError, match="no answer"):
        await authority.document(url)
