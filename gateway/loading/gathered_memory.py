"""One question to the memory a turn: whatever the fact groups of a request, and other requests beside it, ask in one
turn of the loop becomes one round trip.
"""

import asyncio
import contextvars
from collections.abc import Sequence

from gateway.loading.stores import Entry, Memory

MOST = 2_000  # keys in one question

_Asked = tuple[Sequence[bytes], "asyncio.Future[list[bytes | None]]"]


class GatheredMemory:
    """A Memory around a Memory. Whoever waits may be cancelled; the others get their answer."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._waiting: list[_Asked] = []
        self._asking: set[asyncio.Task[None]] = set()

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[bytes | None]] = loop.create_future()
        self._waiting.append((keys, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._go, context=contextvars.Context())
        return await answer

    async def set_many(self, entries: Sequence[Entry]) -> None:
        await self.memory.set_many(entries)

    async def ping(self) -> bool:
        return await self.memory.ping()

    async def aclose(self) -> None:
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self.memory.aclose()

    def _go(self) -> None:
        waiting, self._waiting = self._waiting, []
        while waiting:
            many = 0
            together: list[_Asked] = []
            while waiting and (not together or many + len(waiting[-1][0]) <= MOST):
                together.append(waiting.pop())
                many += len(together[-1][0])
            asking = asyncio.get_running_loop().create_task(self._ask(together))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _ask(self, together: list[_Asked]) -> None:
        try:
            values = await self.memory.get_many([key for keys, _ in together for key in keys])
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
