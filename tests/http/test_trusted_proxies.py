"""Forwarded headers count from the listed proxies and from nowhere else."""

from typing import Any

import pytest

from gateway.http.access_log import network_of
from gateway.http.trusted_proxies import TrustedProxies

FORWARDED = [
    (b"host", b"inner"),
    (b"x-forwarded-for", b"6.6.6.6, 203.0.113.7, 10.0.0.9"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"api.example"),
    (b"forwarded", b"for=1.2.3.4"),
]


async def seen(peer: str | None, headers: list[tuple[bytes, bytes]] = FORWARDED) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.update(scope)

    scope = {"type": "http", "scheme": "http", "client": (peer, 1) if peer else None, "headers": headers}
    await TrustedProxies(app, ["10.0.0.0/8", "::1/128"])(scope, None, None)  # type: ignore[arg-type]
    return found


async def test_a_trusted_proxy_says_who_asked_and_how() -> None:
    scope = await seen("10.0.0.1")
    assert scope["client"] == ("203.0.113.7", 0)
    assert scope["scheme"] == "https"
    assert scope["headers"] == [(b"host", b"api.example")]


@pytest.mark.parametrize("peer", ["203.0.113.9", None, "a-unix-socket"])
async def test_anyone_else_is_not_believed(peer: str | None) -> None:
    scope = await seen(peer)
    assert scope["client"] == ((peer, 1) if peer else None)
    assert scope["scheme"] == "http"
    assert scope["headers"] == [(b"host", b"inner")]


async def test_what_stands_left_of_an_unreadable_hop_is_not_believed() -> None:
    scope = await seen("10.0.0.1", [(b"x-forwarded-for", b"203.0.113.7, unknown, 10.0.0.9")])
    assert scope["client"] == ("10.0.0.9", 0)


def test_a_network_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        TrustedProxies(None, ["nonsense"])  # type: ignore[arg-type]


def test_a_log_tells_the_network_of_a_client_and_not_its_address() -> None:
    assert network_of(("203.0.113.7", 1)) == "203.0.113.0/24"
    assert network_of(("2001:db8:1:2::3", 1)) == "2001:db8:1::/48"
    assert network_of(("", 1)) is None
    assert network_of(None) is None
