"""Answers for many parents at once: one future for a column of them, with each refusal or failure in its own place.

A column's resolver is a plain function that gives the loader's future on, or another that follows it: so it has asked
when it returns, and a small answer needs no task for each of its fields.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from gateway.domain.lookup import Fact
from gateway.domain.refusal import Refused
from gateway.loading.batch import Batch
from gateway.loading.round import retrieved

R = TypeVar("R")
S = TypeVar("S")
K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


def facts(
    roots: Sequence[R], key: Callable[[R], K], batch: Batch[K, V]
) -> "asyncio.Future[list[Fact[V] | Exception | None]]":
    """What is known of each root. Whose `key` raises Refused is not asked about."""
    keys, refused = keys_of(roots, key)
    known = batch.load_column(keys)
    return following(known, lambda facts: spread(facts, refused, len(roots))) if refused else known


def following(asked: "asyncio.Future[T]", made: Callable[[T], S]) -> "asyncio.Future[S]":
    """What is `made` of what comes. Ends as `asked` does where that fails or is cancelled."""
    future: asyncio.Future[S] = asyncio.get_running_loop().create_future()
    future.add_done_callback(retrieved)

    def came(done: "asyncio.Future[T]") -> None:
        if future.done():
            return
        if done.cancelled():
            future.cancel()
            return
        try:
            future.set_result(made(done.result()))
        except Exception as error:
            future.set_exception(error)

    asked.add_done_callback(came)
    return future


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
