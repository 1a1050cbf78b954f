"""One round, one question: the single place behind which aiodataloader stands.

What aiodataloader leaves to its caller is settled here, once:

- whoever awaits a load may be cancelled (graphql-core cancels the siblings of a failed non-null field); the load itself
  and its other awaiters are not;
- the batch function never raises, not even CancelledError, which would leave every awaiter hanging;
- the request's deadline ends the question, never the `load`;
- it decides when to ask by the round of the request, not by the next turn of the loop.
"""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader, Loader, dispatch_queue_batch

from gateway.domain.failure import DeadlineExceeded, Source, SourceFailure, SourceUnavailable
from gateway.domain.lookup import Fact, Lookup
from gateway.loading.round import Round, retrieved

K = TypeVar("K")
V = TypeVar("V")

Column = tuple[Sequence[Any], "asyncio.Future[list[Any]]"]
"""Keys, and who waits for what is known of them."""


AtHand = Callable[[Sequence[K]], Mapping[K, Fact[V] | None]]
"""What a lookup that remembers knows without waiting; it has a `beyond` for the rest."""


class Batch(Generic[K, V]):
    """A Lookup for one request: keys asked in the same round are asked together, and each only once a request. What the
    lookup has `at_hand` costs no task.

    `source` is named by the DeadlineExceeded that pending loads end in when the round's deadline passes.
    """

    def __init__(self, lookup: Lookup[K, V], source: Source, round_: Round) -> None:
        self._lookup: Lookup[K, V] = getattr(lookup, "beyond", lookup)
        self._at_hand: AtHand[K, V] | None = getattr(lookup, "at_hand", None)
        self._source = source
        self._round = round_
        self._loader: _Loader | None = None
        self._known: dict[K, Fact[V] | Exception | None] = {}
        self._under_way: dict[K, _Question] = {}
        self._singles: list[Loader] = []
        self._columns: list[Column] = []

    def load(self, key: K) -> asyncio.Future[Fact[V] | None]:
        """The fact; None if the source was asked and knows of none. Raises the SourceFailure of the key, or of all.

        Any other exception of the Lookup is raised as it is. The request's end cancels what still waits.
        """
        self._check_open()
        if self._loader is None:
            self._loader = _Loader(self._said, self._queued)
        awaited: asyncio.Future[Fact[V] | None] = asyncio.shield(self._loader.load(key))
        awaited.add_done_callback(retrieved)
        return awaited

    def load_column(self, keys: Sequence[K]) -> asyncio.Future[list[Fact[V] | Exception | None]]:
        """As `load`, for many at once and with one future for all: in the order of the keys, failures in their places.

        Only its one awaiter may cancel it: it is no more than a place to wait.
        """
        self._check_open()
        column: asyncio.Future[list[Fact[V] | Exception | None]] = asyncio.get_running_loop().create_future()
        if self._known and all(key in self._known for key in keys):
            column.set_result([self._known[key] for key in keys])
            return column
        self._round.keep(column)
        self._columns.append((keys, column))
        self._gather()
        return column

    async def load_many(self, keys: Iterable[K]) -> list[Fact[V] | SourceFailure | None]:
        """As `load`, in the order of the keys; a key that failed holds its SourceFailure in its place."""
        answers = await self.load_column(list(keys))
        for answer in answers:
            if isinstance(answer, Exception) and not isinstance(answer, SourceFailure):
                raise answer
        return answers  # type: ignore[return-value]  # the loop above let no other exception through

    def _check_open(self) -> None:
        if self._round.closed:
            raise RuntimeError("the request has ended: its loaders answer no more")

    def _queued(self, single: Loader) -> None:
        single.future.add_done_callback(retrieved)
        self._round.keep(single.future)
        self._singles.append(single)
        self._gather()

    def _gather(self) -> None:
        self._round.gather(self._dispatch if len(self._singles) + len(self._columns) == 1 else None)

    def _dispatch(self) -> None:
        """The round is over: one question for what is not known and not under way yet, then everybody is told.

        Plain functions and futures: a task for each batch, and one more that waits with it, cost as much as a small
        answer's execution.
        """
        singles, self._singles = self._singles, []
        columns, self._columns = self._columns, []
        keys = dict.fromkeys([single.key for single in singles])
        for column_keys, _ in columns:
            keys.update(dict.fromkeys(column_keys))
        known, under_way = self._known, self._under_way
        questions = {under_way[key] for key in keys if key in under_way} if under_way else set()
        fresh = [key for key in keys if key not in known and key not in under_way]
        if fresh and self._at_hand is not None:
            try:
                self._known.update(self._at_hand(fresh))
            except Exception as error:  # no other batch of the round may miss its turn for it
                self._learn(fresh, error)
            fresh = [key for key in fresh if key not in self._known]
        if fresh and (asked := self._ask(fresh)) is not None:
            questions.add(asked)
        if not questions:
            self._tell(singles, columns)
            return
        left = len(questions)

        def one_came() -> None:
            nonlocal left
            left -= 1
            if not left:
                self._tell(singles, columns)

        for question in questions:
            question.then.append(one_came)

    def _tell(self, singles: list[Loader], columns: list[Column]) -> None:
        for keys, column in columns:
            if not column.done():
                column.set_result([self._known[key] for key in keys])
        if singles and not self._round.closed:
            assert self._loader is not None  # noqa: S101 - they came through it
            self._round.start(dispatch_queue_batch(self._loader, singles)).add_done_callback(retrieved)

    def _ask(self, keys: list[K]) -> _Question | None:
        """Puts the question; None where all keys are known at once, since it cannot be put any more."""
        left = self._round.seconds_left()
        if left is not None and left <= 0:
            self._learn(keys, DeadlineExceeded(self._source))
            return None
        try:
            task = self._round.start(self._lookup(keys))
        except Exception as error:  # no other batch of the round may miss its turn for it
            self._learn(keys, error)
            return None
        question = _Question()
        self._under_way.update(dict.fromkeys(keys, question))

        def known(answers: Any) -> None:
            if question.over:
                return
            question.over = True
            for key in keys:
                del self._under_way[key]
            self._learn(keys, answers)
            for one_came in question.then:
                one_came()

        def too_late() -> None:
            task.cancel()  # cleans up in its own time; the round awaits it when the request ends
            known(DeadlineExceeded(self._source))

        task.add_done_callback(lambda _: known(self._outcome(task)))
        self._round.at_deadline(too_late)
        return question

    def _learn(self, keys: list[K], answers: Any) -> None:
        """`answers`: what the Lookup said, or why it said nothing."""
        try:
            if isinstance(answers, Exception):
                raise answers
            self._known.update([(key, answers.get(key)) for key in keys])
        except Exception as error:
            self._known.update(dict.fromkeys(keys, error))

    def _outcome(self, question: asyncio.Task[Any]) -> Any:
        if question.cancelled():
            return SourceUnavailable(self._source, "the question was cancelled on the way")
        return question.exception() or question.result()

    async def _said(self, keys: list[K]) -> list[Fact[V] | Exception | None]:
        """One for each key, in their order; what the Lookup says of other keys is dropped."""
        return [self._known[key] for key in keys]


class _Question:
    """Under way until an answer, a failure or the deadline has made all its keys known; `then` is called at that."""

    __slots__ = ("over", "then")

    def __init__(self) -> None:
        self.over = False
        self.then: list[Callable[[], None]] = []


class _Loader(DataLoader[Any, Any]):
    """aiodataloader's cache, whose queue is the batch's: asked when the round is over, not in the next turn."""

    def __init__(self, said: Any, queued: Callable[[Loader], None]) -> None:
        super().__init__(said)
        self._to = queued

    def do_resolve_reject(self, key: Any, future: asyncio.Future[Any]) -> None:
        self._to(Loader(key, future))
