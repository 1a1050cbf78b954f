"""A column of keys is one future, shares its question with single loads, and holds each failure in its place."""

import asyncio
import gc
import weakref

import pytest

from gateway.domain.failure import DeadlineExceeded, SourceUnavailable
from gateway.loading.batch import Batch
from gateway.loading.round import Round
from tests.loading.test_batch import BANK, Bank, Ticking, fact


def batch(bank: Bank) -> tuple[Batch[str, str], Round]:
    round_ = Round(Ticking())
    return Batch(bank, BANK, round_), round_


async def test_a_column_holds_facts_failures_and_absences_in_the_order_of_its_keys() -> None:
    failure = SourceUnavailable(BANK, "closed")
    bank = Bank({"a": fact("1"), "b": failure})
    loads, _ = batch(bank)
    assert await loads.load_column(["b", "x", "a", "a"]) == [failure, None, fact("1"), fact("1")]
    assert bank.asked == [["b", "x", "a"]]


async def test_columns_and_single_loads_of_one_round_are_one_question() -> None:
    bank = Bank({"a": fact("1"), "b": fact("2"), "c": fact("3")})
    loads, _ = batch(bank)
    single, one, other = loads.load("c"), loads.load_column(["a", "b"]), loads.load_column(["b", "c"])
    assert [await single, await one, await other] == [fact("3"), [fact("1"), fact("2")], [fact("2"), fact("3")]]
    assert bank.asked == [["c", "a", "b"]]


async def test_what_is_known_is_not_asked_again_and_comes_at_once() -> None:
    bank = Bank({"a": fact("1")})
    loads, _ = batch(bank)
    await loads.load_column(["a"])
    again = loads.load_column(["a"])
    assert again.done()
    assert await loads.load("a") == fact("1")
    assert bank.asked == [["a"]]


async def test_a_key_whose_question_is_under_way_is_waited_for() -> None:
    bank = Bank({"a": fact("1"), "b": fact("2")})
    bank.waits = asyncio.Event()
    loads, _ = batch(bank)
    first = loads.load_column(["a"])
    await bank.was_asked.wait()
    second = asyncio.ensure_future(loads.load_column(["b", "a"]))
    await asyncio.sleep(0.01)
    bank.waits.set()
    assert await first == [fact("1")]
    assert await second == [fact("2"), fact("1")]
    assert bank.asked == [["a"], ["b"]]


async def test_a_failure_of_all_stands_in_every_place() -> None:
    bank = Bank()
    bank.fault = SourceUnavailable(BANK, "down")
    loads, _ = batch(bank)
    assert await loads.load_column(["a", "b"]) == [bank.fault, bank.fault]
    with pytest.raises(SourceUnavailable):
        await loads.load("a")


async def test_a_column_that_is_cancelled_takes_nobody_along() -> None:
    bank = Bank({"a": fact("1")})
    bank.waits = asyncio.Event()
    loads, _ = batch(bank)
    left, stays = loads.load_column(["a"]), loads.load_column(["a"])
    await bank.was_asked.wait()
    left.cancel()
    bank.waits.set()
    assert await stays == [fact("1")]


async def test_the_end_of_the_request_cancels_a_column() -> None:
    bank = Bank({"a": fact("1")})
    bank.waits = asyncio.Event()
    loads, round_ = batch(bank)
    column = loads.load_column(["a"])
    await bank.was_asked.wait()
    await round_.close()
    assert column.cancelled()
    assert bank.cancelled == 1
    with pytest.raises(RuntimeError):
        loads.load_column(["a"])


async def test_one_deadline_ends_all_that_was_asked_before_it() -> None:
    """Also what was asked while the first question was under way, and not what was answered."""
    slow, quick = Bank(), Bank({"a": fact("A")})
    slow.waits = asyncio.Event()
    round_ = Round(Ticking(), 1000.05)
    answered, pending = Batch(quick, BANK, round_), Batch(slow, BANK, round_)
    columns = [pending.load_column(["a"]), answered.load_column(["a"])]
    await slow.was_asked.wait()
    columns.append(pending.load_column(["b"]))
    late, known, later = await asyncio.gather(*columns)
    assert [type(late[0]), type(later[0])] == [DeadlineExceeded] * 2
    assert known == [fact("A")]
    await round_.close()
    assert slow.cancelled == 2


async def test_a_request_that_ended_leaves_nothing_for_the_collector_of_circles() -> None:
    round_ = Round(Ticking(), 1060.0)
    batch = Batch(Bank({"a": fact("A")}), BANK, round_)
    gc.disable()
    try:
        await batch.load_column(["a", "b"])
        await round_.close()
        left = weakref.ref(batch)
        del batch, round_
        await asyncio.sleep(0)
        assert left() is None
    finally:
        gc.enable()
