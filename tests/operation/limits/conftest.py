"""A budget on the real schema, with a clock that stands still until it is moved."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from graphql import OperationDefinitionNode

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import NationalId
from gateway.loading.counters import Counters, LocalCounters
from gateway.loading.keyring import Keyring
from gateway.loading.shapes import CallShapes
from gateway.operation.allowances import LimitSettings
from gateway.operation.budget import Budget, Spent
from gateway.operation.document import Documents, Understood
from gateway.operation.weights import Weights
from gateway.rights.contract import Contract, Party
from gateway.rights.rights import Rights
from gateway.schema import build_schema
from gateway.schema.printing import sdl

SARA = NationalId("0013542419")
NOON = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)  # in Tehran, on a full minute


@dataclass
class MovedClock:
    moment: datetime.datetime = NOON

    def now(self) -> datetime.datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def move(self, seconds: float) -> None:
        self.moment += datetime.timedelta(seconds=seconds)


@dataclass
class Purse:
    """A budget and those who spend it."""

    budget: Budget
    documents: Documents
    clock: MovedClock
    weights: Weights = field(repr=False)

    async def spend(self, rights: Rights, text: str, **variables: Any) -> Spent:
        understood, operation = self.understood(text)
        return await self.budget.spend(rights, understood, operation, variables)

    def understood(self, text: str) -> tuple[Understood, OperationDefinitionNode]:
        understood = self.documents.understood(text)
        assert isinstance(understood, Understood), understood
        return understood, understood.operation(None)


@pytest.fixture(scope="session")
def real_weights() -> Weights:
    return Weights(sdl())


@pytest.fixture(scope="session")
def real_documents() -> Documents:
    return Documents(build_schema())


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


Purses = Callable[..., Purse]


@pytest.fixture
def purse(real_weights: Weights, real_documents: Documents, clock: MovedClock) -> Purses:
    """`purse(settings, counters)`; a second one with the same counters is another replica."""

    def make(settings: LimitSettings | None = None, counters: Counters | None = None) -> Purse:
        budget = Budget(
            real_weights,
            settings or LimitSettings(),
            counters or LocalCounters(clock),
            Keyring(b"k" * 32),
            clock,
            CallShapes(),
        )
        return Purse(budget, real_documents, clock, real_weights)

    return make


def citizen(subject: NationalId = SARA) -> Rights:
    return Rights(Caller(kind=CallerKind.CITIZEN, subject=subject, client="app"))


def agency(*, rate_per_minute: int = 60, daily_quota: int = 100, name: str = "court", client: str = "a") -> Rights:
    party = Party(fa="دادگاه", en="Court")
    contract = Contract(
        name=name,
        version="1",
        agency=party,
        purpose=party,
        legal_basis="law",
        clients=frozenset({"a", "b"}),
        fields=frozenset(),
        relation="court",
        rate_per_minute=rate_per_minute,
        daily_quota=daily_quota,
        starts=NOON.date(),
        expires=NOON.date(),
    )
    return Rights(Caller(kind=CallerKind.AGENCY, client=client), contract)
