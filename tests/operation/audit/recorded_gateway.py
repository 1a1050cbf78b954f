"""The whole gateway over a small world of facts, in this process, with what it records at hand."""

import datetime
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette

from gateway.app import Dependencies, create_app
from gateway.domain.caller import Caller
from gateway.domain.clock import SystemClock
from gateway.domain.entitlement import EntitlementRules
from gateway.http.settings import HttpSettings
from gateway.loading.keyring import Keyring
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.opening import Record
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.recorder import NotRecorded
from gateway.operation.execution import ExecutionSettings
from gateway.rights.contract import Contract, Party
from gateway.rights.policy import ContractPolicy
from tests.resolvers.conftest import World

KEYRING = Keyring(b"k" * 32)
PSEUDONYMS = Pseudonyms(KEYRING)


@dataclass
class Kept:
    """A recorder that keeps events, or fails."""

    events: list[ReleaseEvent] = field(default_factory=list)
    fails: bool = False

    async def record(self, event: ReleaseEvent) -> None:
        if self.fails:
            raise NotRecorded("for this test")
        self.events.append(event)

    @property
    def last(self) -> ReleaseEvent:
        return self.events[-1]


@dataclass
class AsTold:
    """Takes whoever the test says for the caller."""

    caller: Caller | None

    async def authenticate(self, _shown: object) -> Caller | None:
        return self.caller


@dataclass
class OneContract:
    contract: Contract | None = None

    def for_client(self, _client: str) -> Contract | None:
        return self.contract


def contract(*fields: str) -> Contract:
    return Contract(
        name="court",
        version="v1",
        agency=Party(fa="دادگاه خانواده", en="Family court"),
        purpose=Party(fa="رسیدگی به نفقه", en="Maintenance proceedings"),
        legal_basis="Article 1",
        clients=frozenset({"court"}),
        fields=frozenset(fields),
        relation="court",
        rate_per_minute=100,
        daily_quota=100,
        starts=datetime.date(2020, 1, 1),
        expires=datetime.date(2099, 1, 1),
    )


@dataclass
class Gateway:
    client: httpx.AsyncClient
    caller: AsTold
    contracts: OneContract
    world: World
    kept: Kept

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        said = {"accept": "application/graphql-response+json"} | {n.replace("_", "-"): v for n, v in headers.items()}
        return await self.client.post("/graphql", json={"query": query, "variables": variables or {}}, headers=said)


@asynccontextmanager
async def recorded_gateway(
    world: World,
    record: Record | None = None,
    desks: Mapping[type, Any] | None = None,
    execution: ExecutionSettings | None = None,
) -> AsyncIterator[Gateway]:
    """With a record of the test's own, or one that `kept` shows."""
    kept, caller, contracts = Kept(), AsTold(world.caller), OneContract()
    if record is None:
        record = Record(recorder=kept, pseudonyms=PSEUDONYMS, access_log=None, sealed_days={})  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app_of(world, record, caller, contracts, desks, execution))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as client:
        yield Gateway(client, caller, contracts, world, kept)


def app_of(
    world: World,
    record: Record | None,
    caller: AsTold,
    contracts: OneContract,
    desks: Mapping[type, Any] | None = None,
    execution: ExecutionSettings | None = None,
) -> Starlette:
    return create_app(
        Dependencies(
            schema=world.schema,
            sources=world.sources,
            authenticator=caller,
            readiness=lambda: None,  # type: ignore[arg-type]
            keyring=KEYRING,
            clock=SystemClock(),
            policy=ContractPolicy(contracts, world.registers, SystemClock(), sandbox_developers=True),
            entitlement_rules=EntitlementRules(),
            http=HttpSettings(agency_quantum_seconds=0),
            record=record,
            desks=desks or {},
            execution=execution or ExecutionSettings(),
        )
    )
