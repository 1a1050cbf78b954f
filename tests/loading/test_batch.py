"""Many loads, one question; and whatever happens to one awaiter, the others get their answer."""

import asyncio
import contextvars
import datetime
import gc
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gateway.domain.failure import DeadlineExceeded, Source, SourceClosed, SourceFailure, SourceUnavailable
from gateway.domain.lookup import Fact, Provenance
from gateway.loading.batch import Batch
from gateway.loading.round import Round

BANK = Source.BANK_REFAH
AT = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


def fact(value: str) -> Fact[str]:
    return Fact(value, Provenance(source=BANK, fetched_at=AT))


class Ticking:
    """A clock in the tests' hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime.datetime:
        return AT

    def monotonic(self) -> float:
        return self.seconds


class Bank:
    """A Lookup that keeps what it was asked; `says` is its whole knowledge, `waits` holds its answer back."""

    def __init__(self, says: Mapping[str, Fact[str] | SourceFailure] | None = None) -> None:
        self.says = says or {}
        self.asked: list[list[str]] = []
        self.was_asked = asyncio.Event()
        self.fault: BaseException | None = None
        self.waits: asyncio.Event | None = None
        self.cancelled = 0

    async def __call__(self, keys: Sequence[str]) -> Mapping[str, Fact[str] | SourceFailure]:
        self.asked.append(list(keys))
        self.was_asked.set()
        if self.waits:
            try:
                await self.waits.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.fault:
            raise self.fault
        return self.says


def batch_of(bank: Any, deadline: float | None = None) -> tuple[Batch[str, str], Round]:
    round_ = Round(Ticking(), deadline)
    return Batch(bank, BANK, round_), round_


async def test_loads_of_one_round_are_one_question_with_distinct_keys() -> None:
    bank = Bank({"a": fact("A"), "b": fact("B")})
    batch, _ = batch_of(bank)
    answers = await asyncio.gather(batch.load("a"), batch.load("b"), batch.load("a"))
    assert [answer and answer.value for answer in answers] == ["A", "B", "A"]
    assert bank.asked == [["a", "b"]]


async def test_a_key_is_asked_once_a_request_even_if_it_failed() -> None:
    bank = Bank({"a": fact("A"), "shut": SourceClosed(BANK)})
    batch, _ = batch_of(bank)
    for _ in range(2):
        assert (await batch.load("a")) == fact("A")
        with pytest.raises(SourceClosed):
            await batch.load("shut")
    assert bank.asked == [["a"], ["shut"]]


async def test_absent_is_none_and_foreign_keys_are_ignored() -> None:
    bank = Bank({"stranger": fact("S")})
    batch, _ = batch_of(bank)
    assert await batch.load("a") is None
    assert await batch.load("stranger") == fact("S")
    assert bank.asked == [["a"], ["stranger"]]


async def test_load_many_keeps_the_order_and_puts_failures_in_their_place() -> None:
    shut = SourceClosed(BANK)
    bank = Bank({"a": fact("A"), "shut": shut})
    batch, _ = batch_of(bank)
    assert await batch.load_many(["shut", "a", "none", "a"]) == [shut, fact("A"), None, fact("A")]
    assert bank.asked == [["shut", "a", "none"]]


async def test_load_many_raises_what_is_no_source_failure() -> None:
    bank = Bank()
    bank.fault = ZeroDivisionError("a bug")
    batch, _ = batch_of(bank)
    with pytest.raises(ZeroDivisionError):
        await batch.load_many(["a", "b"])


async def test_a_failure_of_all_reaches_every_awaiter() -> None:
    bank = Bank()
    bank.fault = SourceUnavailable(BANK, retry_after=3)
    batch, _ = batch_of(bank)
    answers = await asyncio.gather(*(batch.load(key) for key in "abc"), return_exceptions=True)
    assert answers == [bank.fault] * 3


@pytest.mark.parametrize("fault", [ZeroDivisionError("a bug"), StopAsyncIteration(), KeyError("x"), TimeoutError()])
async def test_a_bug_in_a_lookup_reaches_every_awaiter_as_it_is(fault: Exception) -> None:
    bank = Bank()
    bank.fault = fault
    batch, _ = batch_of(bank)
    loads = [batch.load("a"), batch.load("b")]
    assert await asyncio.gather(*loads, return_exceptions=True) == [fault] * 2


async def test_a_lookup_that_answers_with_no_mapping_is_an_error_not_a_hang() -> None:
    async def lying(keys: Sequence[str]) -> Any:
        return list(keys)

    batch, _ = batch_of(lying)
    with pytest.raises(AttributeError):
        await asyncio.wait_for(batch.load("a"), 1)


async def test_a_lookup_that_raises_cancelled_leaves_nobody_hanging() -> None:
    bank = Bank()
    bank.fault = asyncio.CancelledError()
    batch, _ = batch_of(bank)
    loads = [batch.load("a"), batch.load("b")]
    answers = await asyncio.wait_for(asyncio.gather(*loads, return_exceptions=True), 1)
    assert [type(answer) for answer in answers] == [SourceUnavailable] * 2


async def test_a_cancelled_awaiter_takes_neither_the_question_nor_its_siblings_with_it() -> None:
    bank = Bank({"a": fact("A"), "b": fact("B")})
    bank.waits = asyncio.Event()
    batch, _ = batch_of(bank)

    async def field(key: str) -> Any:
        return await batch.load(key)

    doomed, same_key, sibling = (asyncio.create_task(field(key)) for key in ("a", "a", "b"))
    await bank.was_asked.wait()
    doomed.cancel()
    await asyncio.wait({doomed})
    bank.waits.set()
    assert (await same_key, await sibling) == (fact("A"), fact("B"))
    assert await batch.load("a") == fact("A")
    assert bank.asked == [["a", "b"]]
    assert bank.cancelled == 0


async def test_a_timeout_around_one_load_leaves_the_others_alone() -> None:
    bank = Bank({"a": fact("A")})
    bank.waits = asyncio.Event()
    batch, _ = batch_of(bank)
    other = batch.load("a")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(batch.load("a"), 0.01)
    bank.waits.set()
    assert await other == fact("A")


async def test_the_question_runs_in_the_context_of_the_request_not_of_its_first_asker() -> None:
    correlation: contextvars.ContextVar[str] = contextvars.ContextVar("correlation", default="none")
    seen: list[str] = []

    async def bank(keys: Sequence[str]) -> Mapping[str, Fact[str]]:
        seen.append(correlation.get())
        correlation.set("changed by a question")
        return {}

    correlation.set("the request")
    batch, round_ = batch_of(bank)
    other: Batch[str, str] = Batch(bank, BANK, round_)

    async def field(name: str, loader: Batch[str, str]) -> None:
        correlation.set(name)
        await loader.load("a")

    await asyncio.gather(field("first field", batch), field("second field", other))
    assert seen == ["the request", "the request"]


async def test_the_deadline_ends_what_is_pending_and_cancels_the_question() -> None:
    bank = Bank()
    bank.waits = asyncio.Event()
    batch, round_ = batch_of(bank, deadline=1000.05)
    answers = await asyncio.gather(batch.load("a"), batch.load("b"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DeadlineExceeded] * 2
    assert isinstance(answers[0], DeadlineExceeded)
    assert answers[0].source is BANK
    await round_.close()
    assert bank.cancelled == 1


async def test_after_the_deadline_nobody_is_asked() -> None:
    bank = Bank({"a": fact("A")})
    batch, _ = batch_of(bank, deadline=999.9)
    with pytest.raises(DeadlineExceeded):
        await batch.load("a")
    assert bank.asked == []


async def test_a_lookup_that_is_slow_to_die_does_not_hold_the_deadline_up() -> None:
    died = asyncio.Event()

    async def stubborn(keys: Sequence[str]) -> Mapping[str, Fact[str]]:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            died.set()
        return {}

    batch, round_ = batch_of(stubborn, deadline=1000.01)
    with pytest.raises(DeadlineExceeded):
        await batch.load("a")
    assert not died.is_set()
    await round_.close()
    assert died.is_set()


async def test_close_cancels_and_awaits_all_that_runs_and_waits() -> None:
    before = asyncio.all_tasks()
    bank = Bank()
    bank.waits = asyncio.Event()
    batch, round_ = batch_of(bank)
    asked = batch.load("asked")
    await bank.was_asked.wait()
    queued = batch.load("queued")
    await round_.close()
    assert asyncio.all_tasks() == before
    assert bank.cancelled == 1
    assert bank.asked == [["asked"]]
    for load in (asked, queued):
        with pytest.raises(asyncio.CancelledError):
            await load
    await round_.close()


async def test_a_closed_request_says_so() -> None:
    batch, round_ = batch_of(Bank())
    await round_.close()
    with pytest.raises(RuntimeError, match="the request has ended"):
        batch.load("a")


async def test_an_answer_that_nobody_awaits_any_more_makes_no_noise() -> None:
    noise: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: noise.append(context))
    bank = Bank()
    bank.fault = SourceUnavailable(BANK)
    bank.waits = asyncio.Event()
    batch, round_ = batch_of(bank)
    never_awaited = batch.load("a")
    cancelled = asyncio.ensure_future(batch.load("b"))
    await bank.was_asked.wait()
    cancelled.cancel()
    bank.waits.set()
    for _ in range(5):
        await asyncio.sleep(0)
    await round_.close()
    del never_awaited, cancelled, batch, round_
    gc.collect()
    assert noise == []


async def test_two_hundred_awaiters_of_fifty_keys_are_one_question() -> None:
    bank = Bank({str(number): fact(str(number)) for number in range(50)})
    batch, _ = batch_of(bank)

    async def field(number: int) -> str:
        for _ in range(number % 7):  # some lists deeper than others
            await asyncio.sleep(0)
        answer = await batch.load(str(number % 50))
        assert answer
        return answer.value

    assert await asyncio.gather(*map(field, range(200))) == [str(number % 50) for number in range(200)]
    assert [sorted(keys) for keys in bank.asked] == [sorted(map(str, range(50)))]


async def test_a_stream_of_loads_does_not_hold_the_first_one_up_for_ever() -> None:
    bank = Bank()
    batch, _ = batch_of(bank)
    for number in range(500):
        batch.load(str(number))
        await asyncio.sleep(0)
    assert len(bank.asked) >= 3


class Remembering(Bank):
    """Knows some things without waiting; of the others it asks itself."""

    def __init__(self, near: Mapping[str, Fact[str] | None], says: Mapping[str, Fact[str] | SourceFailure]) -> None:
        super().__init__(says)
        self.near = near
        self.broken = False

    def at_hand(self, keys: Sequence[str]) -> Mapping[str, Fact[str] | None]:
        if self.broken:
            raise LookupError("broken")
        return {key: self.near[key] for key in keys if key in self.near}

    async def beyond(self, keys: Sequence[str]) -> Mapping[str, Fact[str] | SourceFailure]:
        return await self(keys)


async def test_what_is_at_hand_is_told_and_the_rest_is_asked_for() -> None:
    bank = Remembering({"a": fact("A"), "nobody": None}, {"b": fact("B")})
    round_ = Round(Ticking())
    batch = Batch(bank, BANK, round_)
    near = batch.load_column(["a", "nobody"])
    both = batch.load_column(["a", "b"])
    assert await both == [fact("A"), fact("B")]
    assert await near == [fact("A"), None]
    assert await batch.load("a") == fact("A")
    assert bank.asked == [["b"]]
    await round_.close()


async def test_a_memory_that_breaks_fails_its_own_keys_alone() -> None:
    bank, other = Remembering({}, {}), Bank({"b": fact("B")})
    bank.broken = True
    round_ = Round(Ticking())
    broken, whole = Batch(bank, BANK, round_), Batch(other, BANK, round_)
    failed, said = broken.load_column(["a"]), whole.load_column(["b"])
    (error,) = await failed
    assert isinstance(error, LookupError)
    assert await said == [fact("B")]
    await round_.close()
