"""Contracts and registers held in memory, and a clock that stands."""

import datetime
from dataclasses import dataclass, field

import pytest

from gateway.domain.identifiers import NationalId
from gateway.rights.contract import Contract, Party
from gateway.rights.policy import ContractPolicy

TODAY = datetime.date(2026, 11, 22)
NOBODY = Party(fa="-", en="-")


@dataclass
class Clock:
    """Noon in Tehran."""

    day: datetime.date = TODAY

    def now(self) -> datetime.datetime:
        return datetime.datetime.combine(self.day, datetime.time(8, 30), datetime.UTC)

    def monotonic(self) -> float:
        return 0.0


@dataclass
class Papers:
    """Stands for both the contracts and the registers."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    held: set[tuple[str, NationalId]] = field(default_factory=set)
    protected_persons: set[NationalId] = field(default_factory=set)
    representatives: set[tuple[NationalId, NationalId]] = field(default_factory=set)
    revoked_tokens: set[str] = field(default_factory=set)
    looked_up: list[str] = field(default_factory=list)

    def for_client(self, client: str) -> Contract | None:
        return self.contracts.get(client)

    def holds(self, register: str, person: NationalId) -> bool:
        self.looked_up.append("holds")
        return (register, person) in self.held

    def protected(self, person: NationalId) -> bool:
        self.looked_up.append("protected")
        return person in self.protected_persons

    def represents(self, representative: NationalId, person: NationalId) -> bool:
        return (representative, person) in self.representatives

    def revoked(self, token_id: str) -> bool:
        return token_id in self.revoked_tokens


def contract_of(*fields: str, **more: object) -> Contract:
    said: dict[str, object] = {
        "name": "court",
        "version": "1",
        "agency": NOBODY,
        "purpose": NOBODY,
        "legal_basis": "-",
        "clients": frozenset({"court-system"}),
        "fields": frozenset(fields),
        "relation": "court",
        "rate_per_minute": 60,
        "daily_quota": 100,
        "starts": TODAY,
        "expires": TODAY + datetime.timedelta(days=30),
    }
    return Contract(**(said | more))  # type: ignore[arg-type]


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def policy(papers: Papers, clock: Clock) -> ContractPolicy:
    return ContractPolicy(papers, papers, clock)
