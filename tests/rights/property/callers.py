"""Requests to the real application, without a socket: who sends them is settled by a fixed token."""

import asyncio
import datetime
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import ASGIApp

from gateway.domain.caller import Caller
from gateway.http.authentication import Shown
from tests.rights.property.country import NOW
from tests.rights.property.sources import REQUEST


@dataclass
class SteppingClock:
    """Stands still, until somebody waits for a moment: then it is that moment."""

    seconds: float = 100.0
    today: datetime.datetime = NOW
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime.datetime:
        return self.today

    def monotonic(self) -> float:
        return self.seconds

    async def sleep_until(self, moment: float) -> None:
        self.waits.append(moment)
        await asyncio.sleep(0)


@dataclass
class KnownCallers:
    """An Authenticator: the token is the caller's name here."""

    by_name: dict[str, Caller] = field(default_factory=dict)

    async def authenticate(self, shown: Shown) -> Caller | None:
        (authorization,) = shown.authorization
        return self.by_name[authorization.removeprefix("Bearer ")]


async def posted(
    app: ASGIApp, name: str, token: str, text: str, variables: dict[str, Any], *, whole: bool = False
) -> bytes:
    """The body of the answer. `name` is noted with every question that the request leads to."""
    REQUEST.set(name)
    content = orjson.dumps({"query": text, "variables": variables})
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"gateway.example"),
            (b"content-type", b"application/json"),
            (b"authorization", f"Bearer {token}".encode()),
            *([(b"x-refusals", b"all-or-nothing")] if whole else []),
        ],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    waiting = [{"type": "http.request", "body": content, "more_body": False}]
    said = bytearray()

    async def receive() -> MutableMapping[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        said.extend(message.get("body", b""))

    await app(scope, receive, send)
    return bytes(said)
