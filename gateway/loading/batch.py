"""One round, one question: the single place behind which aiodataloader stands.

What aiodataloader leaves to its caller is settled here, once:

- whoever awaits a load may be cancelled (graphql-core cancels the siblings of a failed non-null field); the load itself
  and its other awaiters are not;
- the batch function never raises, not even CancelledError, which would leave every awaiter hanging;
- the request's deadline ends the question, never the `load`;
- it decides when to ask by the round of the request, not by the next turn of the loop.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
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

    def load(self, key: K) -> "asyncio.Future[Fact[V] | None]":
        """The fact; None if the source was asked and knows of none. Raises the SourceFailure of the key, or of all.

        Any other exception of the Lookup is raised as it is. The request's end cancels what still waits.
        """
        if self._round.closed:
            raise RuntimeError("the request has ended: its loaders answer no more")
        if self._loader is None:
            self._loader = _Loader(self._answers, self._round)
        awaited: asyncio.Future[Fact[V] | None] = asyncio.shield(self._loader.load(key))
        awaited.add_done_callback(retrieved)
        return awaited

    async def load_many(self, keys: Iterable[K]) -> list[Fact[V] | SourceFailure | None]:
        """As `load`, in the order of the keys; a key that failed holds its SourceFailure in its place."""
        answers = await asyncio.gather(*(self.load(key) for key in keys), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, SourceFailure):
                raise answer
        return answers  # type: ignore[return-value]  # the loop above let no other exception through

    async def _answers(self, keys: list[K]) -> list[Fact[V] | Exception | None]:
        """One for each key, in their order; what the Lookup says of other keys is dropped."""
        try:
            answer = await self._asked(keys)
        except Exception as error:
            return [error] * len(keys)
        return [answer.get(key) for key in keys]

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
    """aiodataloader's cache and queue, asked when the round is over instead of in the next turn of the loop."""

    def __init__(self, answers: Any, round_: Round) -> None:
        super().__init__(answers)
        self._round = round_

    def do_resolve_reject(self, key: Any, future: "asyncio.Future[Any]") -> None:
        self._round.keep(future)
        self._queue.append(Loader(key, future))
        self._round.gather(self._dispatch if len(self._queue) == 1 else None)

    def _dispatch(self) -> Coroutine[Any, Any, None]:
        queue, self._queue = self._queue, []
        return dispatch_queue_batch(self, queue)
