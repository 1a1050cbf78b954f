"""A system that keeps failing is left alone, tried by a few, and asked again as soon as it answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.outbound.circuit import Circuit, Circuits, CircuitSettings, breaking
from adapters.outbound.guard import guarded
from gateway.domain.failure import (
    CircuitOpen,
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import BranchCode
from tests.adapters.outbound.stand_in import SetClock
from tests.adapters.outbound.test_wrappers import Shelf
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

BANK = Source.BANK_REFAH
SETTINGS = CircuitSettings(failures=3, failing_seconds=2, silent_seconds=3, open_seconds=10, probes=2)


@dataclass
class Bench:
    """A circuit over a system that does as it is told, on a clock that is moved by hand."""

    settings: CircuitSettings = SETTINGS
    clock: SetClock = field(default_factory=SetClock)
    asked: int = 0
    turns: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.circuit = Circuit(
            BANK, self.clock, self.settings, None, lambda _source, _branch, is_open: self.turns.append(is_open)
        )

    async def meets(self, failure: SourceFailure | None = None) -> str:
        """What a caller meets whose call ends so."""

        async def ask() -> str:
            self.asked += 1
            if failure:
                raise failure
            return "answered"

        try:
            return await self.circuit.call(ask)
        except SourceFailure as met:
            return met.code.value

    async def opened(self) -> None:
        for _ in range(3):
            await self.meets(SourceUnavailable(BANK))
            self.clock.goes_on(1)
        assert self.circuit.is_open

    async def retry_after(self) -> float:
        with pytest.raises(CircuitOpen) as met:
            await self.circuit.call(self._never)
        assert met.value.retry_after is not None
        return met.value.retry_after

    async def _never(self) -> None:
        raise AssertionError("the system was asked")


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def test_after_failures_in_a_row_nobody_asks_for_a_while(bench: Bench) -> None:
    for failure in (SourceUnavailable(BANK), SourceTimeout(BANK)):
        assert await bench.meets(failure) == failure.code.value
        bench.clock.goes_on(1)
    assert await bench.meets() == "answered"  # and so the row ends
    await bench.opened()
    asked = bench.asked
    assert await bench.meets() == "CIRCUIT_OPEN"
    assert bench.asked == asked
    assert bench.turns == [True]
    assert await bench.retry_after() == pytest.approx(9)
    bench.clock.goes_on(4)
    assert await bench.retry_after() == pytest.approx(5)


async def test_a_burst_of_failures_is_one_event(bench: Bench) -> None:
    for _ in range(50):
        await bench.meets(SourceUnavailable(BANK))
    assert not bench.circuit.is_open
    bench.clock.goes_on(2)
    await bench.meets(SourceUnavailable(BANK))
    assert bench.circuit.is_open


@pytest.mark.parametrize("kind", [SourceClosed, SourceQuota, SourceRefusedUs, SourceIncoherent])
async def test_what_a_system_says_of_itself_is_an_answer(bench: Bench, kind: type[SourceFailure]) -> None:
    for _ in range(9):
        assert await bench.meets(kind(BANK)) == kind.code.value
        bench.clock.goes_on(1)
    assert not bench.circuit.is_open


async def test_a_probe_that_is_answered_closes_it(bench: Bench) -> None:
    await bench.opened()
    bench.clock.goes_on(10)
    assert await bench.meets() == "answered"
    assert bench.turns == [True, False]
    assert await bench.meets(SourceUnavailable(BANK)) == "SOURCE_UNAVAILABLE"
    assert not bench.circuit.is_open


async def test_a_probe_that_fails_opens_it_for_as_long_again(bench: Bench) -> None:
    await bench.opened()
    bench.clock.goes_on(10)
    assert await bench.meets(SourceTimeout(BANK)) == "SOURCE_TIMEOUT"
    assert await bench.retry_after() == pytest.approx(10)
    assert bench.turns == [True]


class Held:
    """Calls that end when they are told to."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.gates: list[asyncio.Future[None]] = []

    def begin(self) -> "asyncio.Task[Any]":
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gates.append(gate)
        return asyncio.create_task(self.circuit.call(lambda: gate))


async def ended(task: "asyncio.Task[Any]") -> str:
    try:
        await task
    except SourceFailure as failure:
        return failure.code.value
    except asyncio.CancelledError:
        return "cancelled"
    return "answered"


async def test_only_so_many_probe_at_once(bench: Bench) -> None:
    await bench.opened()
    bench.clock.goes_on(10)
    held = Held(bench.circuit)
    calls = [held.begin() for _ in range(5)]
    await asyncio.sleep(0)
    assert [await ended(call) for call in calls[2:]] == ["CIRCUIT_OPEN"] * 3
    held.gates[0].set_result(None)
    assert await ended(calls[0]) == "answered"
    assert not bench.circuit.is_open
    held.gates[1].set_exception(SourceUnavailable(BANK))  # of the time before: it says nothing of now
    assert await ended(calls[1]) == "SOURCE_UNAVAILABLE"
    assert not bench.circuit.is_open


async def test_a_probe_that_its_caller_gives_up_leaves_its_place_to_another(bench: Bench) -> None:
    await bench.opened()
    bench.clock.goes_on(10)
    held = Held(bench.circuit)
    calls = [held.begin() for _ in range(2)]
    await asyncio.sleep(0)
    assert await bench.meets() == "CIRCUIT_OPEN"
    calls[0].cancel()
    assert await ended(calls[0]) == "cancelled"
    assert await bench.meets() == "answered"
    calls[1].cancel()
    assert await ended(calls[1]) == "cancelled"


async def test_given_up_early_says_nothing_and_late_that_the_system_is_silent(bench: Bench) -> None:
    async def given_up_after(seconds: float) -> None:
        call = Held(bench.circuit).begin()
        await asyncio.sleep(0)
        bench.clock.goes_on(seconds)
        call.cancel()
        assert await ended(call) == "cancelled"

    for _ in range(5):
        await given_up_after(2.9)
    assert not bench.circuit.is_open
    for _ in range(3):
        await given_up_after(3)
    assert bench.circuit.is_open


async def test_a_call_from_before_it_opened_neither_closes_nor_prolongs_it(bench: Bench) -> None:
    held = Held(bench.circuit)
    calls = [held.begin() for _ in range(2)]
    await asyncio.sleep(0)
    await bench.opened()
    left = await bench.retry_after()
    held.gates[0].set_result(None)
    held.gates[1].set_exception(SourceTimeout(BANK))
    assert [await ended(call) for call in calls] == ["answered", "SOURCE_TIMEOUT"]
    assert await bench.retry_after() == left


async def test_a_fault_of_ours_is_none_of_the_systems(bench: Bench) -> None:
    async def faulty() -> None:
        raise ZeroDivisionError

    for _ in range(9):
        with pytest.raises(ZeroDivisionError):
            await bench.circuit.call(faulty)
        bench.clock.goes_on(1)
    assert not bench.circuit.is_open


async def test_it_can_be_set_never_to_open() -> None:
    bench = Bench(CircuitSettings(failures=0, failing_seconds=0))
    for _ in range(20):
        await bench.meets(SourceUnavailable(BANK))
        bench.clock.goes_on(1)
    assert not bench.circuit.is_open


async def test_a_branch_that_is_away_leaves_the_others_their_own_circuits() -> None:
    away, there = BranchCode("0070"), BranchCode("0071")
    turned: list[object] = []
    settings = CircuitSettings(failures=1, failing_seconds=0)
    source = Source.BRANCH_DATABASES
    circuits = Circuits(source, SetClock(), settings, lambda *said: turned.append(said))
    guard = breaking(circuits)

    async def asked(branch: BranchCode, call: Callable[[], Awaitable[str]]) -> str:
        try:
            return await guard("pensions_by_person", call, branch=branch)
        except SourceFailure as failure:
            return f"{failure.code.value} {failure.branch}"

    async def fails() -> str:
        raise SourceUnavailable(source, branch=away)

    async def answers() -> str:
        return "answered"

    assert await asked(away, fails) == "SOURCE_UNAVAILABLE 0070"
    assert await asked(away, answers) == "CIRCUIT_OPEN 0070"
    assert await asked(there, answers) == "answered"
    assert turned == [(source, away, True)]
    assert circuits.are_open() == {away: True, there: False}


class TestALookupBehindACircuitIsALookup(CancellableLookupContract):
    @pytest.fixture
    async def subject(self) -> Subject[int, str]:
        shelf = Shelf()
        circuits = Circuits(BANK, SetClock(), CircuitSettings(failures=1, failing_seconds=0), lambda *_: None)
        return Subject(
            lookup=guarded(shelf, "shelf", breaking(circuits)),
            known=[1, 2, 3],
            unknown=[77],
            asked=lambda: len(shelf.calls),
            broken=shelf.broken,
            silent=shelf.gate.clear,
        )
