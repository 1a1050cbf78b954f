"""What is asked while a question is under way is the next question, and everybody gets their own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.loading.gathering import Gathering


class Noting:
    def __init__(self) -> None:
        self.asked: list[list[bytes]] = []
        self.fault: Exception | None = None
        self.waits: asyncio.Event | None = None

    async def __call__(self, keys: Sequence[bytes]) -> list[bytes]:
        self.asked.append(list(keys))
        if self.waits is not None:
            await self.waits.wait()
        if self.fault is not None:
            raise self.fault
        return [key.upper() for key in keys]


async def a_turn() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_what_is_asked_in_one_turn_is_one_question() -> None:
    noting = Noting()
    together = Gathering(noting)
    keys: list[list[bytes]] = [[b"a", b"b"], [b"c"], []]
    answers = await asyncio.gather(*(together.ask(some) for some in keys))
    assert answers == [[b"A", b"B"], [b"C"], []]
    assert noting.asked == [[b"a", b"b", b"c"]]
    assert await together.ask([b"d"]) == [b"D"]
    assert len(noting.asked) == 2


async def test_who_comes_too_late_for_a_question_goes_with_the_next_and_is_told_nothing_older() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    together = Gathering(noting)
    first = together.ask([b"a"])
    await a_turn()
    late = [together.ask([b"b"]), together.ask([b"a"])]
    await a_turn()
    assert noting.asked == [[b"a"]]
    noting.waits.set()
    assert [await answer for answer in (first, *late)] == [[b"A"], [b"B"], [b"A"]]
    assert noting.asked == [[b"a"], [b"b", b"a"]]


async def test_several_questions_may_be_under_way() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    together = Gathering(noting, at_once=2)
    answers = []
    for key in (b"a", b"b", b"c"):
        answers.append(together.ask([key]))
        await a_turn()
    assert noting.asked == [[b"a"], [b"b"]]
    noting.waits.set()
    assert await asyncio.gather(*answers) == [[b"A"], [b"B"], [b"C"]]


async def test_a_fault_reaches_all_who_asked_with_it_and_nobody_else() -> None:
    noting = Noting()
    noting.fault = OSError("gone")
    together = Gathering(noting)
    answers = await asyncio.gather(together.ask([b"a"]), together.ask([b"b"]), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    noting.fault = None
    assert await together.ask([b"a"]) == [b"A"]


async def test_who_gives_up_takes_nobody_along() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    together = Gathering(noting)
    leaves, stays = (together.ask([key]) for key in (b"a", b"b"))
    await a_turn()
    leaves.cancel()
    noting.waits.set()
    assert await stays == [b"B"]
    assert leaves.cancelled()


async def test_what_nobody_waits_for_any_more_is_not_asked() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    together = Gathering(noting)
    first = together.ask([b"a"])
    await a_turn()
    together.ask([b"b"]).cancel()
    noting.waits.set()
    assert await first == [b"A"]
    await a_turn()
    assert noting.asked == [[b"a"]]


async def test_a_question_has_an_end() -> None:
    noting = Noting()
    together = Gathering(noting, most=2)
    answers = await asyncio.gather(*(together.ask([key]) for key in (b"a", b"b", b"c")), together.ask([b"x"] * 5))
    assert answers == [[b"A"], [b"B"], [b"C"], [b"X"] * 5]
    assert [len(keys) for keys in noting.asked] == [2, 1, 5]


async def test_closing_leaves_nobody_waiting() -> None:
    noting = Noting()
    noting.waits = asyncio.Event()
    together = Gathering(noting)
    asked = together.ask([b"a"])
    await a_turn()
    waiting = together.ask([b"b"])
    await together.aclose()
    for answer in (asked, waiting):
        with pytest.raises(asyncio.CancelledError):
            await answer
