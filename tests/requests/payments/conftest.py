from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.requests.payments.counter import Counter, place
from tests.requests.payments.till import BankInTest, SteppedClock


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def bank(clock: SteppedClock) -> BankInTest:
    return BankInTest(clock)


@pytest.fixture
async def counter(tmp_path: Path, bank: BankInTest, clock: SteppedClock) -> AsyncIterator[Counter]:
    counter = await Counter(place(tmp_path), bank, clock).open()
    yield counter
    await counter.close()
