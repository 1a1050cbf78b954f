"""Awaits several things at once and leaves none behind."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results, in order. The first failure (as it is, not in a group) or a cancellation ends the others first."""
    several = list(coroutines)
    if len(several) < 2:  # alone, it needs no task of its own
        return [await coroutine for coroutine in several]
    tasks = [asyncio.create_task(coroutine) for coroutine in several]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
