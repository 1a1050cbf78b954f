"""Records in folders and servers of their own, with events of invented persons."""

import datetime
import hashlib
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import strawberry
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.domain.access import Wording
from gateway.operation.audit.checkpoints import Checkpoints
from gateway.operation.audit.event import Agreement, Decision, Release, ReleaseEvent, Who
from gateway.operation.audit.sinks import FileSink
from gateway.operation.audit.store import Store
from gateway.operation.execution import ExecutionSettings
from gateway.schema import build_schema
from tests.operation.audit.recorded_gateway import Gateway, recorded_gateway
from tests.resolvers.conftest import World

KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
BEGAN = datetime.datetime(2026, 10, 23, 8, 0, tzinfo=datetime.UTC)
COURT = Agreement(
    name="court",
    version="1",
    agency=Wording(fa="دادگاه", en="a court"),
    purpose=Wording(fa="رسیدگی", en="proceedings"),
    legal_basis="Article 1",
)


@dataclass
class StandingClock:
    """Moves only when it is told to."""

    at: datetime.datetime = BEGAN

    def now(self) -> datetime.datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def move(self, **by: float) -> None:
        self.at += datetime.timedelta(**by)


def nobody(name: str) -> str:
    """The keyed hash of an invented person."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


@dataclass
class Events:
    """Makes events, each a second after the one before it."""

    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def one(self, *persons: str, fields: Sequence[str] = ("Identity.firstName",), **more: Any) -> ReleaseEvent:
        number = next(self.numbers)
        said: dict[str, Any] = {
            "id": f"{number:032x}",
            "at": BEGAN + datetime.timedelta(seconds=number),
            "correlation_id": f"request-{number}",
            "who": Who(kind="AGENCY", client="court"),
            "agreement": COURT,
            "operation": "Profile",
            "document": "d" * 32,
            "decision": Decision.RELEASED,
            "released": (Release(fields=tuple(fields), persons=tuple(sorted(map(nobody, persons)))),),
        }
        return ReleaseEvent(**(said | more))


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
async def store(place: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{place}", seconds=2)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def sink(tmp_path: Path) -> FileSink:
    return FileSink(tmp_path / "elsewhere.jsonl")


@pytest.fixture
def checkpoints(store: Store, clock: StandingClock, sink: FileSink) -> Checkpoints:
    return Checkpoints(store, KEY, clock, sink=sink, every=0.05)


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture(params=[1, 2], ids=["by a plan", "by graphql-core"])
async def gateway(schema: strawberry.Schema, request: pytest.FixtureRequest) -> AsyncIterator[Gateway]:
    async with recorded_gateway(World(schema), execution=ExecutionSettings(sights=request.param)) as gateway:
        yield gateway
