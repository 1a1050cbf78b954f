"""What is asked in one turn of the loop is one question to the memory, and everybody gets their own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.loading import gathered_memory
from gateway.loading.gathered_memory import GatheredMemory
from gateway.loading.stores import Entry


class Noting:
    def __init__(self) -> None:
        self.asked: list[list[bytes]] = []
        self.fault: Exception | None = None
        self.waits: asyncio.Event | None = None

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        self.asked.append(list(keys))
        if self.waits is not None:
            await self.waits.wait()
        if self.fault is not None:
            raise self.fault
        return [key.upper() for key in keys]

    async def set_many(self, entries: Sequence[Entry]) -> None: ...

    async def ping(self) -> bool:
        return True

    async def aclose(self) -> None: ...


async def test_questions_of_one_turn_are_one_round_trip() -> None:
    noting = Noting()
    memory = GatheredMemory(noting)
    keys: list[list[bytes]] = [[b"a", b"b"], [b"c"], []]
    answers = await asyncio.gather(*(memory.get_many(some) for some in keys))
    assert answers == [[b"A", b"B"], [b"C"], []]
    assert len(noting.asked) == 1
    assert await memory.get_many([b"d"]) == [b"D"]
    assert len(noting.asked) == 2


async def test_a_fault_reaches_all_who_asked() -> None:
    noting = Noting()
    noting.fault = OSError("gone")
    memory = GatheredMemory(noting)
    answers = await asyncio.gather(memory.get_many([b"a"]), memory.get_many([b"b"]), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]


async def test_who_gives_up_takes_nobody_along() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    memory = GatheredMemory(noting)
    leaves, stays = (asyncio.ensure_future(memory.get_many([key])) for key in (b"a", b"b"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    leaves.cancel()
    noting.waits.set()
    assert await stays == [b"B"]
    assert leaves.cancelled()


async def test_a_question_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathered_memory, "MOST", 2)
    noting = Noting()
    memory = GatheredMemory(noting)
    answers = await asyncio.gather(*(memory.get_many([key]) for key in (b"a", b"b", b"c")))
    assert answers == [[b"A"], [b"B"], [b"C"]]
    assert sorted(map(len, noting.asked)) == [1, 2]


async def test_closing_leaves_nobody_waiting() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    memory = GatheredMemory(noting)
    asking = asyncio.ensure_future(memory.get_many([b"a"]))
    await asyncio.sleep(0.01)
    await memory.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asking
