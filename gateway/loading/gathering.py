"""Many who ask one place ask it together: what is asked while its questions are under way goes with the next one.

An idle place is asked at the end of the turn; a busy one so many times at once, and each time for all who wait. So the
cost of a question is shared by the more of them the busier we are, and nobody is told anything from before they asked.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 2_000  # keys in one question


class Gathering(Generic[K, V]):
    """`ask` answers keys in their order; what it raises reaches all who asked with that question.

    Whoever waits may be cancelled: the others get their answer. `at_once` questions are under way at most, each of
    `most` keys, unless somebody alone asks for more.
    """

    def __init__(self, ask: Callable[[list[K]], Awaitable[list[V]]], *, at_once: int = 1, most: int = MOST) -> None:
        self._ask, self._at_once, self._most = ask, at_once, most
        self._waiting: deque[tuple[Sequence[K], asyncio.Future[list[V]]]] = deque()
        self._asking: set[asyncio.Task[None]] = set()
        self._called = False

    def ask(self, keys: Sequence[K]) -> "asyncio.Future[list[V]]":
        answer: asyncio.Future[list[V]] = asyncio.get_running_loop().create_future()
        self._waiting.append((keys, answer))
        self._call()
        return answer

    async def aclose(self) -> None:
        """Cancels what is under way, and with it whoever waits."""
        while self._waiting:
            self._waiting.popleft()[1].cancel()
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    def _call(self) -> None:
        if not self._called and self._waiting and len(self._asking) < self._at_once:
            self._called = True
            # A question belongs to nobody's request alone.
            asyncio.get_running_loop().call_soon(self._go, context=contextvars.Context())

    def _go(self) -> None:
        self._called = False
        while self._waiting and len(self._asking) < self._at_once:
            together = [self._waiting.popleft()]
            many = len(together[0][0])
            while self._waiting and many + len(self._waiting[0][0]) <= self._most:
                together.append(self._waiting.popleft())
                many += len(together[-1][0])
            asking = asyncio.get_running_loop().create_task(self._asked(together))
            self._asking.add(asking)
            asking.add_done_callback(self._ended)

    def _ended(self, asking: "asyncio.Task[None]") -> None:
        self._asking.discard(asking)
        self._call()

    async def _asked(self, together: "list[tuple[Sequence[K], asyncio.Future[list[V]]]]") -> None:
        together = [one for one in together if not one[1].done()]
        if not together:
            return
        try:
            values = await self._ask([key for keys, _ in together for key in keys])
        except BaseException as fault:
            for _, answer in together:
                if not answer.done():
                    answer.cancel() if isinstance(fault, asyncio.CancelledError) else answer.set_exception(fault)
            if isinstance(fault, asyncio.CancelledError):
                raise
            return
        begin = 0
        for keys, answer in together:
            if not answer.done():
                answer.set_result(values[begin : begin + len(keys)])
            begin += len(keys)
