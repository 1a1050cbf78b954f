"""A client that hangs up ends what runs for it alone; nobody else's cancel is taken for that."""

import asyncio
import gc
import weakref
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from gateway.http import attention
from gateway.http.attention import unless_hung_up


class Line:
    """A connection whose client hangs up when told to. `looked_at` counts who waits for that."""

    def __init__(self) -> None:
        self.looked_at = 0
        self._gone = asyncio.Event()

    def hang_up(self) -> None:
        self._gone.set()

    async def receive(self) -> Any:
        self.looked_at += 1
        await self._gone.wait()
        return {"type": "http.disconnect"}


@pytest.fixture
async def line() -> Line:
    return Line()


async def for_ever(ended: list[str]) -> str:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        ended.append("work")
    return "never"


async def test_work_that_is_soon_done_never_looks_at_the_line(line: Line) -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await unless_hung_up(line.receive, work()) == "done"
    assert line.looked_at == 0


async def test_a_client_that_hangs_up_ends_the_work_and_only_that(line: Line) -> None:
    ended: list[str] = []
    asyncio.get_running_loop().call_later(attention.HEEDED_AFTER * 2, line.hang_up)
    with pytest.raises(ClientDisconnect):
        await unless_hung_up(line.receive, for_ever(ended))
    assert ended == ["work"]
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)  # and the request's own task goes on


async def test_one_who_had_hung_up_before_is_noticed_too(line: Line) -> None:
    line.hang_up()
    with pytest.raises(ClientDisconnect):
        await unless_hung_up(line.receive, for_ever([]))


async def test_somebody_elses_cancel_is_no_hanging_up(line: Line) -> None:
    ended: list[str] = []
    request = asyncio.create_task(unless_hung_up(line.receive, for_ever(ended)))
    await asyncio.sleep(attention.HEEDED_AFTER * 3)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert ended == ["work"]


async def test_a_time_out_within_the_work_stays_one(line: Line) -> None:
    async def work() -> str:
        try:
            async with asyncio.timeout(attention.HEEDED_AFTER * 2):
                await asyncio.Event().wait()
        except TimeoutError:
            return "late"
        return "never"

    assert await unless_hung_up(line.receive, work()) == "late"
    assert line.looked_at == 1


async def test_nothing_watches_on_when_the_work_has_ended(line: Line) -> None:
    async def work() -> None:
        await asyncio.sleep(attention.HEEDED_AFTER * 3)
        raise LookupError

    with pytest.raises(LookupError):
        await unless_hung_up(line.receive, work())
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_who_was_watched_leaves_nothing_to_the_search_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "HEEDED_AFTER", 0)

    async def watched(line: Line) -> None:
        async def work() -> str:
            await asyncio.sleep(0.01)
            return "done"

        assert await unless_hung_up(line.receive, work()) == "done"
        assert line.looked_at

    line = Line()
    known = weakref.ref(line)
    gc.disable()
    try:
        await asyncio.create_task(watched(line))
        del line
        await asyncio.sleep(0)
        assert known() is None
    finally:
        gc.enable()
