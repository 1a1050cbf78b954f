"""Answers for many parents at once: one future for a column of them, with each refusal or failure in its own place."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.domain.lookup import Fact
from gateway.domain.refusal import Refused
from gateway.loading.batch import Batch

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


async def facts(roots: Sequence[R], key: Callable[[R], K], batch: Batch[K, V]) -> Sequence[Fact[V] | Exception | None]:
    """What is known of each root. Whose `key` raises Refused is not asked about."""
    keys, refused = keys_of(roots, key)
    known = await batch.load_column(keys)
    return spread(known, refused, len(roots)) if refused else known


def keys_of(roots: Sequence[R], key: Callable[[R], K]) -> tuple[list[K], dict[int, Exception]]:
    """The keys of the roots that have one; the refusals of the others, by their place."""
    keys: list[K] = []
    refused: dict[int, Exception] = {}
    for place, root in enumerate(roots):
        try:
            keys.append(key(root))
        except Refused as refusal:
            refused[place] = refusal
    return keys, refused


def spread(known: Sequence[T], refused: dict[int, Exception], places: int) -> list[T | Exception]:
    """What is known, with the refusals back in their places."""
    rest = iter(known)
    return [refused[place] if place in refused else next(rest) for place in range(places)]
