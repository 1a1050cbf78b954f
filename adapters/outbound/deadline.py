"""Ends a question after its total time. Takes a Lookup and returns one."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from gateway.domain.failure import Source, SourceFailure, SourceTimeout
from gateway.domain.lookup import Fact, Lookup
from gateway.domain.patience import Patience

K = TypeVar("K")
V = TypeVar("V")


def answered_within(lookup: Lookup[K, V], source: Source, *, seconds: float) -> Lookup[K, V]:
    """Raises SourceTimeout after `seconds`, queueing included.

    Put it inside `in_batches` or `single_flight`: each part then has its own end, and the parts answered stay answered.
    """

    patience = Patience(seconds)

    async def ask(keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        limit = patience.limit()
        try:
            with limit:
                return await lookup(keys)
        except TimeoutError:
            if not limit.expired:
                raise
            raise SourceTimeout(source, f"not answered in {seconds:g} s, queueing included") from None

    return ask
