"""What every Lookup promises (gateway/domain/lookup.py), as tests to inherit.

    class TestPaymentsByPayer(LookupContract):
        @pytest.fixture
        async def subject(self) -> AsyncIterator[Subject[NationalId, tuple[PremiumPayment, ...]]]:
            ...

`CancellableLookupContract` adds the promise about cancelling; it needs a source that can be made silent.
"""

import asyncio
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact, Lookup

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class Subject(Generic[K, V]):
    """A Lookup, and the strings of the source behind it.

    `known`: two keys or more that have facts; `unknown`: one or more that the source has nothing for. `asked` counts
    the questions that the source has seen so far; `broken` makes it fail from now on; `silent` makes it answer nobody.
    """

    lookup: Lookup[K, V]
    known: Sequence[K]
    unknown: Sequence[K]
    asked: Callable[[], int]
    broken: Callable[[], None]
    silent: Callable[[], None] | None = None


class LookupContract:
    async def test_every_known_key_has_a_fact_and_no_other_key_is_there(self, subject: Subject[Any, Any]) -> None:
        answer = await subject.lookup([*subject.known, *subject.unknown])
        assert set(answer) == set(subject.known)
        assert all(isinstance(fact, Fact) for fact in answer.values())

    async def test_a_key_alone_is_answered_as_among_others(self, subject: Subject[Any, Any]) -> None:
        together = await subject.lookup(list(subject.known))
        alone = await subject.lookup([subject.known[0]])
        assert set(alone) == {subject.known[0]}
        fact, among_others = alone[subject.known[0]], together[subject.known[0]]
        assert isinstance(fact, Fact)
        assert isinstance(among_others, Fact)
        assert fact.value == among_others.value

    async def test_a_key_that_does_not_exist_is_absent(self, subject: Subject[Any, Any]) -> None:
        assert dict(await subject.lookup(list(subject.unknown))) == {}

    async def test_asked_with_no_key_it_asks_nobody(self, subject: Subject[Any, Any]) -> None:
        before = subject.asked()
        assert dict(await subject.lookup([])) == {}
        assert subject.asked() == before

    async def test_each_fact_says_where_it_is_from_and_since_when(self, subject: Subject[Any, Any]) -> None:
        for fact in (await subject.lookup(list(subject.known))).values():
            assert isinstance(fact, Fact)
            assert fact.provenance.fetched_at.utcoffset() == datetime.timedelta(0)

    async def test_a_source_that_fails_is_a_failure_of_each_key_never_an_absence(
        self, subject: Subject[Any, Any]
    ) -> None:
        subject.broken()
        keys = [*subject.known, *subject.unknown]
        try:
            answer = await subject.lookup(keys)
        except SourceFailure:
            return
        assert set(answer) == set(keys)
        assert all(isinstance(said, SourceFailure) for said in answer.values())


class CancellableLookupContract(LookupContract):
    async def test_cancelling_it_leaves_nothing_behind(self, subject: Subject[Any, Any]) -> None:
        assert subject.silent is not None
        subject.silent()
        before, others = subject.asked(), asyncio.all_tasks()
        question = asyncio.create_task(_ask(subject))
        async with asyncio.timeout(5):
            while subject.asked() == before:  # noqa: ASYNC110 - a count is all that every source has
                await asyncio.sleep(0.001)
        assert asyncio.all_tasks() - others
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        for _ in range(100):  # turns, no time: a socket takes a few, and its other end in this loop some more
            await asyncio.sleep(0)
        assert not {task for task in asyncio.all_tasks() - others if not _of_the_source(task)}


async def _ask(subject: Subject[Any, Any]) -> object:
    return await subject.lookup(list(subject.known))


def _of_the_source(task: asyncio.Task[Any]) -> bool:
    # A stand-in's own server runs in the same loop.
    return "RequestHandler" in repr(task.get_coro()) or "aiohttp/web" in repr(task)
