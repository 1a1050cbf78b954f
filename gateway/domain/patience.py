"""So long and no longer, for any number of waits at once, with one timer for all of them.

`asyncio.timeout` sets a timer for each wait and takes it back: five microseconds a call, and a call to a system stands
under two or three of them. Here all waits are equally long, so whichever began first is the next to end, and the timer
looks in once in as many seconds.
"""

import asyncio
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary


class Patience:
    """Of one loop. `with patience.limit():` ends in TimeoutError after `seconds`, as `asyncio.timeout` does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._waits: dict[Limit, None] = {}  # the longest first
        self._timer: asyncio.TimerHandle | None = None

    def limit(self) -> "Limit":
        return Limit(self)

    def begin(self, wait: "Limit", loop: asyncio.AbstractEventLoop) -> None:
        self._waits[wait] = None
        if self._timer is None:
            self._timer = loop.call_at(wait.ends_at, self._look, loop)

    def end(self, wait: "Limit") -> None:
        self._waits.pop(wait, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waits:
            longest = next(iter(self._waits))
            if longest.ends_at > now:
                self._timer = loop.call_at(longest.ends_at, self._look, loop)
                return
            del self._waits[longest]
            longest.over()


_SETTINGS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, Patience]] = WeakKeyDictionary()


def within(seconds: float) -> "Limit":
    """`with within(10.0):` for a time that is a setting, of which there are few: all waits of one share a timer."""
    loop = asyncio.get_running_loop()
    known = _SETTINGS.get(loop)
    if known is None:
        known = _SETTINGS[loop] = {}
    patience = known.get(seconds)
    if patience is None:
        patience = known[seconds] = Patience(seconds)
    return patience.limit()


class Limit:
    """Of one wait; entered once."""

    __slots__ = ("_cancelling", "_patience", "_task", "ends_at", "expired")

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self.expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be limited")
        loop = task.get_loop()
        self._task = task
        self._cancelling = task.cancelling()
        self.ends_at = loop.time() + self._patience.seconds
        self._patience.begin(self, loop)
        return self

    def over(self) -> None:
        self.expired = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.expired:
            self._patience.end(self)
        elif self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error  # nobody else cancelled it meanwhile
