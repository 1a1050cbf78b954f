"""Splits a question into as many as the system takes at once. Takes a Lookup and returns one."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from adapters.outbound.together import together
from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact, Lookup

K = TypeVar("K")
V = TypeVar("V")


def in_batches(lookup: Lookup[K, V], *, size: int) -> Lookup[K, V]:
    """Asks `lookup` for at most `size` keys a time, all batches at once. A batch that fails costs only its own keys."""

    async def ask(keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        distinct = list(dict.fromkeys(keys))
        batches = [distinct[start : start + size] for start in range(0, len(distinct), size)]
        answer: dict[K, Fact[V] | SourceFailure] = {}
        for part in await together(_failing_alone(lookup, batch) for batch in batches):
            answer |= part
        return answer

    return ask


async def _failing_alone(lookup: Lookup[K, V], batch: Sequence[K]) -> Mapping[K, Fact[V] | SourceFailure]:
    try:
        return await lookup(batch)
    except SourceFailure as failure:
        return dict.fromkeys(batch, failure)
