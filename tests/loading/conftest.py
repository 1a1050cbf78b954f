"""A source that keeps what it was asked, and a clock in the tests' hand."""

import datetime
from collections.abc import Mapping, Sequence

import pytest

from gateway.domain.failure import Source, SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.pension import Pension
from gateway.loading.keyring import Keyring

START = datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.UTC)


class HeldClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime.datetime:
        return START + datetime.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class Branches:
    """A Lookup of pensions: answers what `says` holds, or raises `fault`."""

    def __init__(self, clock: HeldClock) -> None:
        self.clock = clock
        self.says: dict[NationalId, Pension | SourceFailure] = {}
        self.fault: Exception | None = None
        self.asked: list[list[NationalId]] = []

    async def __call__(self, keys: Sequence[NationalId]) -> Mapping[NationalId, Fact[Pension] | SourceFailure]:
        self.asked.append(list(keys))
        if self.fault:
            raise self.fault
        provenance = Provenance(source=Source.BRANCH_DATABASES, fetched_at=self.clock.now())
        return {
            key: said if isinstance(said, SourceFailure) else Fact(said, provenance)
            for key in keys
            if (said := self.says.get(key)) is not None
        }


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def branches(clock: HeldClock) -> Branches:
    return Branches(clock)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(b"a master key of the tests, 32 bytes or more")
