"""An issuer, a clock in the test's hand, and who holds a key."""

import datetime

import pytest

from tests.http.issuing import Holder, TestIssuer

START = datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.UTC)


class HeldClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime.datetime:
        return START + datetime.timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def issuer(clock: HeldClock) -> TestIssuer:
    return TestIssuer(clock)


@pytest.fixture
def holder(clock: HeldClock) -> Holder:
    return Holder(clock)
