"""What an answer waits for: which values are to be awaited, how they ended, and what could only be told after that."""

import asyncio
from collections.abc import AsyncIterable, Awaitable
from types import GeneratorType, NoneType
from typing import Any, NamedTuple

from graphql.pyutils import inspect

from executor.contacts import is_awaitable


def outcome_of(future: "asyncio.Future[Any]") -> Any:
    """The result, or the exception. A future that was cancelled ends the run, as awaiting it would have."""
    if future.cancelled():
        raise asyncio.CancelledError
    error = future.exception()
    if error is not None and not isinstance(error, Exception):
        raise error
    return error if error is not None else future.result()


def heard(future: "asyncio.Future[Any]") -> None:
    """Takes note of a failure that nobody will hear of."""
    if not future.cancelled():
        future.exception()


async def awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


class Told(NamedTuple):
    """A record whose type had to be awaited. `is_checked`: the type itself has said that the record is its own."""

    record: Any
    type_name: Any
    is_checked: bool = False


async def told(record: Any, name: Awaitable[Any]) -> Told:
    return Told(record, await name)


async def checked(record: Any, type_name: str, is_of_type: Awaitable[Any]) -> Told:
    """Where it is not, no type is told: graphql-core says of what it is not."""
    if not await is_of_type:
        raise TypeError(f"Expected value of type '{type_name}' but got: {inspect(record)}.")
    return Told(record, type_name, is_checked=True)


async def listed(iterable: AsyncIterable[Any]) -> list[Any]:
    return [item async for item in iterable]


_AWAITABLE: dict[type, bool] = dict.fromkeys((NoneType, str, int, float, bool, list, tuple, dict), False)


def is_awaited(value: Any) -> bool:
    """By the class, which is asked once: but for generators, some of which are coroutines of the old kind."""
    cls = value.__class__
    known = _AWAITABLE.get(cls)
    if known is None:
        if issubclass(cls, GeneratorType):
            return is_awaitable(value)
        known = is_awaitable(value)
        if len(_AWAITABLE) < 10_000:
            _AWAITABLE[cls] = known
    return known
