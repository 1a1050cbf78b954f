"""A small graph of our own, served on a real socket in the test's own loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from typing import Any

import httpx
import pytest
import strawberry
from starlette.applications import Starlette
from strawberry.schema.config import StrawberryConfig

from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller
from gateway.domain.clock import SystemClock
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.failure import Code, Source, SourceClosed
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.refusal import Refused
from gateway.http.lifecycle import Lifecycle
from gateway.http.serving import Server
from gateway.http.settings import HttpSettings, Listening
from gateway.loading.keyring import Keyring
from gateway.loading.sources import Sources
from gateway.rights.rights import Rights
from tests.http.issuing import TestIssuer

KEY = b"k" * 32
ISSUER = TestIssuer()
SARA = "0013542419"
NATIONAL_ID = strawberry.scalar(name="NationalId", serialize=str, parse_value=NationalId.parse)


@dataclass
class Rooms:
    """What the resolvers of the small graph do, and what became of them."""

    began: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)


@strawberry.type
class Nest:
    leaf: int = 1

    @strawberry.field
    def nest(self) -> "Nest":
        return Nest()


def small_schema(rooms: Rooms) -> strawberry.Schema:
    @strawberry.input
    class Wish:
        person: NationalId
        times: int = 1

    @strawberry.type
    class Query:
        @strawberry.field
        def echo(self, person: NationalId) -> str:
            return str(person)

        @strawberry.field
        def count(self, first: int = 1, persons: list[NationalId] | None = None, wish: Wish | None = None) -> int:
            return first + len(persons or ())

        @strawberry.field
        def closed(self) -> str | None:
            raise SourceClosed(Source.BRANCH_DATABASES, "the branch sleeps", retry_after=1.2, branch=BranchCode("0070"))

        @strawberry.field
        def refused(self) -> str | None:
            raise Refused(Code.BAD_USER_INPUT, "first must be at least 0.")

        @strawberry.field
        def broken(self) -> str | None:
            raise RuntimeError(f"no luck with {SARA}")

        @strawberry.field
        async def slow(self) -> str:
            rooms.began.set()
            try:
                await rooms.go_on.wait()
            except asyncio.CancelledError:
                rooms.cancelled.set()
                raise
            return "done"

        @strawberry.field
        def nest(self) -> Nest:
            return Nest()

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        def change(self) -> str:
            return "changed"

    return strawberry.Schema(Query, Mutation, config=StrawberryConfig(scalar_map={NationalId: NATIONAL_ID}))


@dataclass
class Served:
    """A gateway that listens. `client` has no token; `token` is a citizen's."""

    port: int
    client: httpx.AsyncClient
    token: str
    rooms: Rooms
    server: Server
    lifecycle: Lifecycle
    running: asyncio.Task[None]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    async def post(self, content: Any, **headers: str) -> httpx.Response:
        return await self.client.post("/graphql", json=content, headers=self.headers(**headers))

    def headers(self, **more: str) -> dict[str, str]:
        said = {"authorization": f"Bearer {self.token}", "accept": "application/graphql-response+json"}
        return said | {name.replace("_", "-"): value for name, value in more.items()}

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


class Everything:
    """A policy for a graph that holds nothing: all is open to whoever has a token."""

    def rights_of(self, caller: Caller) -> Rights:
        return Rights(caller)

    def releases(self, rights: Rights, coordinate: str) -> bool:
        return True

    def revoked(self, caller: Caller) -> bool:
        return False


async def _nobody(keys: Sequence[Any], /) -> dict[Any, Any]:
    """The small graph asks no source."""
    raise AssertionError(f"asked for {len(keys)} keys")


def small_app(rooms: Rooms, lifecycle: Lifecycle, http: HttpSettings, **more: Any) -> Starlette:
    async def readiness() -> dict[str, str]:
        return {"CIVIL_REGISTRY": "up", "BANK_REFAH": "down"}

    needs: dict[str, Any] = {
        "schema": small_schema(rooms),
        "sources": Sources(**{question.name: _nobody for question in fields(Sources)}),
        "authenticator": ISSUER.authenticator(),
        "readiness": readiness,
        "keyring": Keyring(KEY),
        "clock": SystemClock(),
        "policy": Everything(),
        "entitlement_rules": EntitlementRules(),
        "http": http,
    }
    return create_app(Dependencies(**(needs | more)), lifecycle)


@asynccontextmanager
async def running(
    http: HttpSettings | None = None, listening: Listening | None = None, **more: Any
) -> AsyncIterator[Served]:
    rooms, lifecycle = Rooms(), Lifecycle()
    app = small_app(rooms, lifecycle, http or HttpSettings(), **more)
    server = Server(app, lifecycle, listening or Listening(port=0))
    task = asyncio.create_task(server._serve())  # without its signals, which belong to pytest
    await asyncio.wait_for(server.ready.wait(), 10)
    token = ISSUER.token(exp=int(time.time()) + 3600)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=10) as client:
            yield Served(server.port, client, token, rooms, server, lifecycle, task)
    finally:
        rooms.go_on.set()
        server.drain()
        await asyncio.wait_for(task, 10)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with running() as gateway:
        yield gateway


Run = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    """`async with run(http=…, listening=…) as served` for a gateway with settings of its own."""
    return running
