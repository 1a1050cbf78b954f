"""What stands between an adapter and its calls: told of each, and in nobody's way."""

import asyncio

import pytest

from adapters.outbound.guard import Guard, guarded, metered, unguarded
from gateway.domain.failure import Source, SourceClosed
from gateway.domain.lookup import Fact
from tests.adapters.outbound.stand_in import SetClock
from tests.adapters.outbound.test_wrappers import Shelf
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

BANK = Source.BANK_REFAH


class Heard:
    def __init__(self) -> None:
        self.ends: list[tuple[Source, str, str]] = []

    def __call__(self, source: Source, operation: str, outcome: str, seconds: float, /) -> None:
        self.ends.append((source, operation, outcome))

    def guard(self) -> Guard:
        return metered(unguarded, BANK, SetClock(), self)


class TestAGuardedLookupIsALookup(CancellableLookupContract):
    @pytest.fixture
    async def subject(self) -> Subject[int, str]:
        shelf = Shelf()
        return Subject(
            lookup=guarded(shelf, "shelf", Heard().guard()),
            known=[1, 2, 3],
            unknown=[77],
            asked=lambda: len(shelf.calls),
            broken=shelf.broken,
            silent=shelf.gate.clear,
        )


async def test_each_call_is_told_with_what_came_of_it() -> None:
    shelf, heard = Shelf(), Heard()
    lookup = guarded(shelf, "shelf", heard.guard())
    assert isinstance((await lookup([1]))[1], Fact)
    shelf.broken()
    with pytest.raises(Exception, match="BANK_REFAH"):
        await lookup([1])
    assert heard.ends == [(BANK, "shelf", "ANSWERED"), (BANK, "shelf", "SOURCE_UNAVAILABLE")]


async def test_who_leaves_early_says_nothing_of_the_system() -> None:
    heard = Heard()
    call = asyncio.ensure_future(heard.guard()("shelf", asyncio.Event().wait))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert heard.ends == [(BANK, "shelf", "CANCELLED")]


async def test_a_fault_of_ours_is_told_as_ours() -> None:
    async def faulty() -> None:
        raise ZeroDivisionError

    heard = Heard()
    with pytest.raises(ZeroDivisionError):
        await heard.guard()("shelf", faulty)
    with pytest.raises(SourceClosed):
        await heard.guard()("shelf", closed)
    assert [outcome for *_, outcome in heard.ends] == ["INTERNAL", "SOURCE_CLOSED"]


async def closed() -> None:
    raise SourceClosed(BANK)
