"""One timer for many waits, and in all else what asyncio's own time-outs promise."""

import asyncio
from typing import Any

import pytest

from gateway.domain.patience import Limit, Patience, within

SOON = 0.05


async def test_who_is_answered_in_time_is_left_alone() -> None:
    patience = Patience(SOON)
    with patience.limit() as limit:
        await asyncio.sleep(0)
    await asyncio.sleep(2 * SOON)  # the timer has looked meanwhile
    assert not limit.expired


async def test_who_is_not_ends_in_a_time_out() -> None:
    patience = Patience(SOON)
    limit = patience.limit()
    with pytest.raises(TimeoutError), limit:
        await asyncio.Event().wait()
    task = asyncio.current_task()
    assert limit.expired
    assert task is not None
    assert task.cancelling() == 0  # it may wait again


async def test_each_of_many_has_its_own_end() -> None:
    """One timer looks after all: it must set itself anew for those that began later."""
    patience, ends = Patience(SOON), list[int]()

    async def wait(number: int) -> None:
        with pytest.raises(TimeoutError), patience.limit():
            await asyncio.Event().wait()
        ends.append(number)

    async def answered() -> None:
        with patience.limit():
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(wait(number))
            group.create_task(answered())
            await asyncio.sleep(SOON / 4)
    assert ends == [0, 1, 2, 3]
    await wait(4)
    assert ends[-1] == 4  # a later one, after the timer had nobody left to look after


async def test_one_timer_is_set_however_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, patience, timers = asyncio.get_running_loop(), Patience(60), list[float]()
    call_at = loop.call_at

    def counted(when: float, *more: Any) -> asyncio.TimerHandle:
        timers.append(when)
        return call_at(when, *more)

    monkeypatch.setattr(loop, "call_at", counted)

    async def answered() -> None:
        with patience.limit():
            await asyncio.sleep(0)

    for _ in range(3):
        await asyncio.gather(*(answered() for _ in range(10)))
    assert len(timers) == 1


async def test_a_cancellation_from_outside_stays_one() -> None:
    async def wait(limit: Limit) -> None:
        with limit:
            await asyncio.Event().wait()

    limit = Patience(60).limit()
    waiting = asyncio.create_task(wait(limit))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not limit.expired


async def test_a_cancellation_in_the_same_breath_as_the_time_out_is_not_lost() -> None:
    async def wait() -> None:
        task = asyncio.current_task()
        assert task is not None
        with Patience(SOON).limit() as limit:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                assert limit.expired
                task.cancel()  # as somebody else might, before the wait has ended
                raise

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(wait())


async def test_limits_stand_within_limits() -> None:
    outer, inner = Patience(60), Patience(SOON)
    with outer.limit() as longer, pytest.raises(TimeoutError), inner.limit():
        await asyncio.Event().wait()
    assert not longer.expired
    with pytest.raises(TimeoutError), Patience(SOON).limit() as shorter, outer.limit() as longer:
        await asyncio.Event().wait()
    assert shorter.expired
    assert not longer.expired


async def test_a_time_out_of_something_else_passes_through() -> None:
    with pytest.raises(TimeoutError) as raised, Patience(60).limit() as limit:
        raise TimeoutError("of something else")
    assert str(raised.value) == "of something else"
    assert not limit.expired


async def test_waits_of_one_length_share_a_timer_and_others_have_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, timers = asyncio.get_running_loop(), list[float]()
    call_at = loop.call_at

    def counted(when: float, *more: Any) -> asyncio.TimerHandle:
        timers.append(when)
        return call_at(when, *more)

    monkeypatch.setattr(loop, "call_at", counted)
    for _ in range(3):
        with within(30.0), within(60.0), within(30.0):
            await asyncio.sleep(0)
    assert len(timers) == 2
    with pytest.raises(TimeoutError), within(0.01), within(60.0):
        await asyncio.Event().wait()


def test_each_loop_has_its_own() -> None:
    async def waits() -> None:
        with pytest.raises(TimeoutError), within(SOON):
            await asyncio.Event().wait()

    for _ in range(2):
        asyncio.run(waits())
