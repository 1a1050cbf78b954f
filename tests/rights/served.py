"""The whole application over the small world of the resolvers' tests, asked without a socket."""

import asyncio
import datetime
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller
from gateway.domain.entitlement import EntitlementRules
from gateway.http.authentication import Shown
from gateway.http.settings import HttpSettings
from gateway.loading.keyring import Keyring
from gateway.rights.policy import ContractPolicy
from tests.resolvers.conftest import NOW, World
from tests.rights.conftest import Papers


@dataclass
class WaitedClock:
    """Moves by itself a little with each reading, and to whatever moment somebody waits for; notes the waits."""

    seconds: float = 100.0
    step: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> datetime.datetime:
        return NOW

    def monotonic(self) -> float:
        self.seconds += self.step
        return self.seconds

    async def sleep_until(self, moment: float) -> None:
        self.waits.append(moment)
        self.seconds = max(self.seconds, moment)
        await asyncio.sleep(0)


@dataclass
class TokenIsName:
    """An Authenticator: each caller's token is a name given here."""

    callers: dict[str, Caller]

    async def authenticate(self, shown: Shown) -> Caller | None:
        return self.callers[shown.authorization[0].removeprefix("Bearer ")] if shown.authorization else None


class Gateway:
    """`callers` are known by name; `papers` may change between questions."""

    def __init__(self, world: World, papers: Papers, callers: dict[str, Caller], **http: Any) -> None:
        self.world, self.papers, self.clock = world, papers, WaitedClock()
        self.keyring = Keyring(b"k" * 32)
        policy = ContractPolicy(papers, papers, self.clock)
        self.app = create_app(
            Dependencies(
                schema=world.schema,
                sources=world.sources,
                authenticator=TokenIsName(callers),
                readiness=self._readiness,
                keyring=self.keyring,
                clock=self.clock,
                policy=policy,
                entitlement_rules=EntitlementRules(),
                http=HttpSettings(**http),
            )
        )

    async def ask(
        self, caller: str, query: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """`more` are further members of the body, such as `variables` and `extensions`."""
        transport = httpx.ASGITransport(app=self.app)
        said = {"authorization": f"Bearer {caller}", "accept-language": "en", "x-request-id": "tests"} | (headers or {})
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.post("/graphql", json={"query": query, **more}, headers=said)

    async def _readiness(self) -> dict[str, str]:
        return {}
