"""When to ask: the loads of one request gather until its execution grows quiet, then every batch asks at once.

A field at the top of a query and the same field inside two lists reach their loaders some turns of the event loop
apart: each list and each `async` resolver on the way costs one turn. A batch that left with the first of them would ask
twice. So a round waits until no load came for `QUIET` turns. A turn of an idle loop costs one to three microseconds.
"""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.domain.clock import Clock

QUIET = 8  # turns without a load; more levels of lists than that between two loads of one fact group make two calls
LONGEST = 128  # turns that the first load waits at most

Ask = Callable[[], None]


class Round:
    """The asking side of one request. Whatever it starts ends with `close`, at the latest.

    `deadline` is a reading of `clock.monotonic()`; None for a request that may take for ever.
    """

    def __init__(self, clock: Clock, deadline: float | None = None) -> None:
        self._clock = clock
        self._deadline = deadline
        # Questions run in the request's context, not in that of the field which happened to ask first.
        self._context = contextvars.copy_context()
        self._waiting: list[Ask] = []
        self._running: list[asyncio.Future[Any]] = []
        self._at_deadline: list[Callable[[], None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._quiet = 0
        self._turns = 0
        self.closed = False

    def gather(self, ask: Ask | None) -> None:
        """A load came. `ask` starts its batch and is given with the first load of each."""
        self._quiet = 0
        if ask is None:
            return
        self._waiting.append(ask)
        if len(self._waiting) == 1:
            self._turns = 0
            asyncio.get_running_loop().call_soon(self._turn, context=self._context)

    def start(self, question: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs a question, in the request's context and at most until the request ends."""
        task = asyncio.get_running_loop().create_task(question, context=self._context.copy())
        self.keep(task)
        return task

    def keep(self, future: asyncio.Future[Any]) -> None:
        """Cancels the future when the request ends, if it is still pending then."""
        self._running.append(future)

    def seconds_left(self) -> float | None:
        """Until the deadline; zero or less once it has passed, None without one."""
        return None if self._deadline is None else self._deadline - self._clock.monotonic()

    def at_deadline(self, too_late: Callable[[], None]) -> None:
        """Calls it when the deadline passes, unless the request has ended. One timer serves all: questions come and go,
        the deadline stays."""
        left = self.seconds_left()
        if left is None:
            return
        self._at_deadline.append(too_late)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(left, self._too_late)

    async def close(self) -> None:
        """Ends the request: what still runs is cancelled, and has ended when this returns."""
        self.closed = True
        self._waiting.clear()
        self._at_deadline.clear()  # or it would hold all that was asked, in a circle
        if self._timer is not None:
            self._timer.cancel()
        running = [future for future in self._running if not future.done()]
        for future in running:
            # A question that the deadline cancelled is cleaning up; a second cancel would break into that.
            if not (isinstance(future, asyncio.Task) and future.cancelling()):
                future.cancel()
        if running:
            await asyncio.gather(*running, return_exceptions=True)
        self._running.clear()

    def _too_late(self) -> None:
        self._timer = None
        late, self._at_deadline = self._at_deadline, []
        for too_late in late:
            too_late()

    def _turn(self) -> None:
        self._quiet += 1
        self._turns += 1
        if not self._waiting:
            return
        if self._quiet <= QUIET and self._turns < LONGEST:
            asyncio.get_running_loop().call_soon(self._turn, context=self._context)
            return
        waiting, self._waiting = self._waiting, []
        for ask in waiting:
            ask()


def retrieved(future: asyncio.Future[Any]) -> None:
    """Marks an exception as seen: its future may have lost its last awaiter to a cancelled field."""
    if not future.cancelled():
        future.exception()
