"""A question that broke off is put again; what the system said itself is believed the first time."""

import asyncio
from collections.abc import Iterable

import pytest

from adapters.outbound.circuit import Circuits, CircuitSettings, breaking
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import guarded, unguarded
from adapters.outbound.retries import RetrySettings, retried
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from tests.adapters.outbound.stand_in import SetClock
from tests.adapters.outbound.test_wrappers import Shelf
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

BANK = Source.BANK_REFAH
QUICK = RetrySettings(attempts=3, wait_seconds=0.001, wait_most_seconds=0.002)


class Script:
    """Ends each call as the next entry says."""

    def __init__(self, *ends: SourceFailure | str) -> None:
        self.ends: list[SourceFailure | str] = list(ends)
        self.calls = 0

    async def call(self) -> str:
        end = self.ends[self.calls]
        self.calls += 1
        if isinstance(end, SourceFailure):
            raise end
        return end


def away(times: int) -> Iterable[SourceFailure]:
    return (SourceUnavailable(BANK, str(n)) for n in range(times))


async def test_what_broke_off_is_asked_again() -> None:
    script = Script(*away(2), "answered")
    assert await retried(unguarded, QUICK)("question", script.call) == "answered"
    assert script.calls == 3


async def test_the_last_failure_is_told_after_so_many_attempts() -> None:
    script = Script(*away(9))
    with pytest.raises(SourceUnavailable, match="2"):
        await retried(unguarded, QUICK)("question", script.call)
    assert script.calls == 3


@pytest.mark.parametrize(
    "failure",
    [
        SourceClosed(BANK),
        SourceQuota(BANK),
        SourceRefusedUs(BANK),
        SourceIncoherent(BANK),
        SourceTimeout(BANK),
        SourceUnavailable(BANK, retry_after=5),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_what_the_system_said_itself_and_time_that_is_spent_are_not_asked_again(failure: SourceFailure) -> None:
    script = Script(failure, "answered")
    with pytest.raises(type(failure)):
        await retried(unguarded, QUICK)("question", script.call)
    assert script.calls == 1


async def test_one_attempt_is_no_repetition() -> None:
    script = Script(*away(2))
    with pytest.raises(SourceUnavailable):
        await retried(unguarded, RetrySettings(attempts=1))("question", script.call)
    assert script.calls == 1


async def test_the_end_of_the_question_is_the_end_of_all_its_attempts() -> None:
    shelf = Shelf()
    shelf.broken()
    patient = RetrySettings(attempts=1_000, wait_seconds=0.01, wait_most_seconds=0.01)
    lookup = answered_within(guarded(shelf, "shelf", retried(unguarded, patient)), BANK, seconds=0.1)
    with pytest.raises(SourceTimeout):
        await lookup([1])
    calls = len(shelf.calls)
    await asyncio.sleep(0.05)
    assert len(shelf.calls) == calls < 1_000


async def test_no_attempt_passes_a_circuit_that_opened_and_the_caller_hears_what_it_met() -> None:
    circuits = Circuits(BANK, SetClock(), CircuitSettings(failures=2, failing_seconds=0), lambda *_: None)
    guard = retried(breaking(circuits), QUICK)
    script = Script(*away(9))
    with pytest.raises(SourceUnavailable, match="1"):
        await guard("question", script.call)
    assert script.calls == 2
    with pytest.raises(SourceFailure) as met:
        await guard("question", script.call)
    assert met.value.code.value == "CIRCUIT_OPEN"
    assert script.calls == 2


class TestARepeatedLookupIsALookup(CancellableLookupContract):
    @pytest.fixture
    async def subject(self) -> Subject[int, str]:
        shelf = Shelf()
        return Subject(
            lookup=guarded(shelf, "shelf", retried(unguarded, QUICK)),
            known=[1, 2, 3],
            unknown=[77],
            asked=lambda: len(shelf.calls),
            broken=shelf.broken,
            silent=shelf.gate.clear,
        )
