"""The wrappers around a Lookup: batches, deadline, single flight, and things awaited together."""

import asyncio
import contextvars
from collections.abc import Mapping, Sequence

import pytest

from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.single_flight import single_flight
from adapters.outbound.together import together
from gateway.domain.failure import Source, SourceFailure, SourceTimeout, SourceUnavailable
from gateway.domain.lookup import Fact, Provenance
from tests.adapters.outbound.stand_in import SetClock
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

BANK = Source.BANK_REFAH
SOME_REQUEST: contextvars.ContextVar[str] = contextvars.ContextVar("SOME_REQUEST", default="none")


class Shelf:
    """A Lookup over a dict that counts its calls, and can be slow, broken or silent."""

    def __init__(self, size: int = 10) -> None:
        self.calls: list[list[int]] = []
        self.contexts: list[str] = []
        self.cancelled = 0
        self.failing: set[int] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.size = size

    async def __call__(self, keys: Sequence[int], /) -> Mapping[int, Fact[str] | SourceFailure]:
        self.calls.append(list(keys))
        self.contexts.append(SOME_REQUEST.get())
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failing & set(keys):
            raise SourceUnavailable(BANK)
        provenance = Provenance(source=BANK, fetched_at=SetClock().now())
        return {key: Fact(str(key), provenance) for key in keys if key < self.size}

    def broken(self) -> None:
        self.failing = set(range(1000))


def wrapped(shelf: Shelf, name: str) -> Subject[int, str]:
    lookup = {
        "batches": in_batches(shelf, size=2),
        "deadline": answered_within(shelf, BANK, seconds=5),
        "single flight": single_flight(shelf),
        "all": single_flight(answered_within(in_batches(shelf, size=2), BANK, seconds=5)),
    }[name]
    return Subject(
        lookup=lookup,
        known=[1, 2, 3],
        unknown=[77],
        asked=lambda: len([call for call in shelf.calls if call]),
        broken=shelf.broken,
        silent=shelf.gate.clear,
    )


class TestWrappersAreLookups(CancellableLookupContract):
    @pytest.fixture(params=["batches", "deadline", "single flight", "all"])
    async def subject(self, request: pytest.FixtureRequest) -> Subject[int, str]:
        return wrapped(Shelf(), request.param)


async def test_batches_are_no_larger_than_the_system_takes() -> None:
    shelf = Shelf()
    answer = await in_batches(shelf, size=4)([*range(10), 0])
    assert shelf.calls == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert len(answer) == 10


async def test_a_batch_that_fails_costs_only_its_own_keys() -> None:
    shelf = Shelf()
    shelf.failing = {2}
    answer = await in_batches(shelf, size=2)([1, 3, 2, 4])
    assert isinstance(answer[2], SourceUnavailable)
    assert isinstance(answer[4], SourceUnavailable)
    assert isinstance(answer[1], Fact)
    assert isinstance(answer[3], Fact)


async def test_a_batch_that_is_late_leaves_the_others_answered() -> None:
    shelf = Shelf()

    async def slow_for_two(keys: Sequence[int], /) -> Mapping[int, Fact[str] | SourceFailure]:
        if 2 in keys:
            await asyncio.Event().wait()
        return await shelf(keys)

    answer = await in_batches(answered_within(slow_for_two, BANK, seconds=0.05), size=1)([1, 2, 3])
    assert isinstance(answer[2], SourceTimeout)
    assert isinstance(answer[1], Fact)
    assert isinstance(answer[3], Fact)


async def test_a_time_out_of_something_else_is_not_taken_for_the_deadline() -> None:
    async def broken(_: Sequence[int], /) -> Mapping[int, Fact[str] | SourceFailure]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await answered_within(broken, BANK, seconds=5)([1])


async def test_fifty_who_ask_for_one_key_make_one_call() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    lookup = single_flight(shelf)
    waiters = [asyncio.create_task(_asked(lookup, 1)) for _ in range(50)]
    await asyncio.sleep(0)
    shelf.gate.set()
    answers = await asyncio.gather(*waiters)
    assert shelf.calls == [[1]]
    assert all(set(answer) == {1} for answer in answers)


async def test_a_waiter_that_is_cancelled_leaves_the_others_alive() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    lookup = single_flight(shelf)
    first, second = (asyncio.create_task(_asked(lookup, 1)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    shelf.gate.set()
    assert set(await second) == {1}
    assert (shelf.calls, shelf.cancelled) == ([[1]], 0)


async def test_the_flight_is_cancelled_when_the_last_waiter_leaves_and_the_next_starts_anew() -> None:
    shelf = Shelf()
    shelf.gate.clear()
    lookup = single_flight(shelf)
    waiters = [asyncio.create_task(_asked(lookup, 1)) for _ in range(2)]
    await asyncio.sleep(0.01)
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    assert shelf.cancelled == 1
    shelf.gate.set()
    assert set(await lookup([1])) == {1}
    assert shelf.calls == [[1], [1]]


async def test_a_flight_carries_no_callers_context() -> None:
    shelf = Shelf()
    SOME_REQUEST.set("of one caller")
    await single_flight(shelf)([1])
    assert shelf.contexts == ["none"]


async def test_neither_success_nor_failure_is_remembered() -> None:
    shelf = Shelf()
    lookup = single_flight(shelf)
    shelf.failing = {1}
    assert isinstance((await lookup([1]))[1], SourceUnavailable)
    shelf.failing = set()
    assert isinstance((await lookup([1]))[1], Fact)
    assert len(shelf.calls) == 2


async def test_a_defect_reaches_every_waiter_as_it_is() -> None:
    async def defective(_: Sequence[int], /) -> Mapping[int, Fact[str] | SourceFailure]:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    lookup = single_flight(defective)
    results = await asyncio.gather(lookup([1]), lookup([1]), return_exceptions=True)
    assert [type(result) for result in results] == [ZeroDivisionError] * 2


async def test_together_ends_the_others_before_it_fails() -> None:
    ended = []

    async def waiting() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def failing() -> None:
        await asyncio.sleep(0)
        raise SourceUnavailable(BANK)

    with pytest.raises(SourceUnavailable):
        await together([waiting(), failing(), waiting()])
    assert ended == [True, True]


async def _asked(lookup, key: int):  # type: ignore[no-untyped-def]
    return await lookup([key])
