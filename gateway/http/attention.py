"""Heeds a client that hangs up: what runs for it alone is cancelled.

Most operations end before anybody could have changed their mind. So the connection is looked at only once an operation
has taken `HEEDED_AFTER`, and the operation runs in the task of its request, without one of its own.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

HEEDED_AFTER = 0.02  # seconds

T = TypeVar("T")


async def unless_hung_up(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result; cancels the work and raises ClientDisconnect as soon as the client is gone. The body must have been
    read: all that `receive` still gives is the end of the connection."""
    watch = _Watch(receive)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.is_to_blame():
            raise ClientDisconnect from None
        raise
    finally:
        await watch.end()


class _Watch:
    """Over the task it is made in. As asyncio.timeout, it cancels that task and tells its own cancel from others."""

    def __init__(self, receive: Receive) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - requests are answered in tasks
        self._task, self._receive = task, receive
        self._cancelling = task.cancelling()
        self._has_cancelled = False
        self._watching: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(HEEDED_AFTER, self._begin)

    def is_to_blame(self) -> bool:
        return self._has_cancelled and self._task.uncancel() <= self._cancelling

    async def end(self) -> None:
        self._timer.cancel()
        # Let go of: the task has its cancellation, with it the frame that it was in, and so ourselves, in a circle.
        watching, self._watching = self._watching, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def _begin(self) -> None:
        self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._has_cancelled = True
        self._task.cancel()
