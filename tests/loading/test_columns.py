"""A column of keys is one future, shares its question with single loads, and holds each failure in its place."""

import asyncio

import pytest

from gateway.domain.failure import SourceUnavailable
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
