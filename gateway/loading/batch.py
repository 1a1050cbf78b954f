"""One round, one question: the single place behind which aiodataloader stands.

What aiodataloader leaves to its caller is settled here, once:

- whoever awaits a load may be cancelled (graphql-core cancels the siblings of a failed non-null field); the load itself
  and its other awaiters are not;
- the batch function never raises, not even CancelledError, which would leave every awaiter hanging;
- the request's deadline ends the question, never the `load`;
- it decides when to ask by the round of the request, not by the next turn of the loop.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader, Loader, dispatch_queue_batch

from gateway.domain.failure import DeadlineExceeded, Source, SourceFailure, SourceUnavailable
from gateway.domain.lookup import Fact, Lookup
from gateway.loading.round import Round, retrieved

K = TypeVar("K")
V = TypeVar("V")


class Batch(Generic[K, V]):
    """A Lookup for one request: keys asked in the same round are asked together, and each only once a request.

    `source` is named by the DeadlineExceeded that pending loads end in when the round's deadline passes.
    """

    def __init__(self, lookup: Lookup[K, V], source: Source, round_: Round) -> None:
        self._lookup = lookup
        self._source = source
        self._round = round_
        self._loader: _Loader | None = None
        self._known: dict[K, Fact[V] | Exception | None] = {}
        self._under_way: dict[K, asyncio.Future[None]] = {}
        self._singles: list[Loader] = []
        self._columns: list[tuple[Sequence[K], asyncio.Future[list[Fact[V] | Exception | None]]]] = []

    def load(self, key: K) -> "asyncio.Future[Fact[V] | None]":
        """The fact; None if the source was asked and knows of none. Raises the SourceFailure of the key, or of all.

        Any other exception of the Lookup is raised as it is. The request's end cancels what still waits.
        """
        self._check_open()
        if self._loader is None:
            self._loader = _Loader(self._said, self._queued)
        awaited: asyncio.Future[Fact[V] | None] = asyncio.shield(self._loader.load(key))
        awaited.add_done_callback(retrieved)
        return awaited

    def load_column(self, keys: Sequence[K]) -> "asyncio.Future[list[Fact[V] | Exception | None]]":
        """As `load`, for many at once and with one future for all: in the order of the keys, failures in their places.

        Only its one awaiter may cancel it: it is no more than a place to wait.
        """
        self._check_open()
        column: asyncio.Future[list[Fact[V] | Exception | None]] = asyncio.get_running_loop().create_future()
        if all(key in self._known for key in keys):
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
        self._round.keep(single.future)
        self._singles.append(single)
        self._gather()

    def _gather(self) -> None:
        self._round.gather(self._dispatch if len(self._singles) + len(self._columns) == 1 else None)

    async def _dispatch(self) -> None:
        """The round is over: one question for what is not known and not under way yet, then everybody is told."""
        singles, self._singles = self._singles, []
        columns, self._columns = self._columns, []
        keys = dict.fromkeys([single.key for single in singles])
        for column_keys, _ in columns:
            keys.update(dict.fromkeys(column_keys))
        others = {self._under_way[key] for key in keys if key in self._under_way}
        fresh = [key for key in keys if key not in self._known and key not in self._under_way]
        if fresh:
            await self._ask(fresh)
        if others:
            await asyncio.wait(others)
        for column_keys, column in columns:
            if not column.done():
                column.set_result([self._known[key] for key in column_keys])
        if singles:
            assert self._loader is not None  # noqa: S101 - they came through it
            await dispatch_queue_batch(self._loader, singles)

    async def _ask(self, keys: list[K]) -> None:
        asking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.update(dict.fromkeys(keys, asking))
        try:
            answer = await self._asked(keys)
            self._known.update((key, answer.get(key)) for key in keys)
        except Exception as error:
            self._known.update(dict.fromkeys(keys, error))
        finally:
            for key in keys:
                del self._under_way[key]
            asking.set_result(None)

    async def _said(self, keys: list[K]) -> list[Fact[V] | Exception | None]:
        """One for each key, in their order; what the Lookup says of other keys is dropped."""
        return [self._known[key] for key in keys]

    async def _asked(self, keys: list[K]) -> Mapping[K, Fact[V] | SourceFailure]:
        left = self._round.seconds_left()
        if left is not None and left <= 0:
            raise DeadlineExceeded(self._source)
        question = self._round.start(self._lookup(keys))
        done, _ = await asyncio.wait({question}, timeout=left)
        if not done:
            question.cancel()  # cleans up in its own time; the round awaits it when the request ends
            raise DeadlineExceeded(self._source)
        if question.cancelled():
            raise SourceUnavailable(self._source, "the question was cancelled on the way")
        answer: Mapping[K, Fact[V] | SourceFailure] = question.result()
        return answer


class _Loader(DataLoader[Any, Any]):
    """aiodataloader's cache, whose queue is the batch's: asked when the round is over, not in the next turn."""

    def __init__(self, said: Any, queued: Callable[[Loader], None]) -> None:
        super().__init__(said)
        self._to = queued

    def do_resolve_reject(self, key: Any, future: "asyncio.Future[Any]") -> None:
        self._to(Loader(key, future))
