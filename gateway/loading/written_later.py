"""Writes to a memory a moment later, together: nobody waits for it, and it does not matter if it is lost."""

import asyncio
import contextvars
from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.loading.stores import Entry, Memory

T = TypeVar("T")

DELAY = 0.05  # seconds: what one answer adds after another is written once


class WrittenLater(Generic[T]):
    """`entry` makes of a thing what is to be written when its time has come; None for nothing any more."""

    def __init__(self, memory: Memory, entry: Callable[[T], Entry | None]) -> None:
        self._memory = memory
        self._entry = entry
        self._waiting: dict[int, T] = {}
        self._writing: asyncio.Task[None] | None = None

    def add(self, thing: T) -> None:
        self._waiting[id(thing)] = thing
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(DELAY, self._write, context=contextvars.Context())

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, {}
        entries = [entry for thing in waiting.values() if (entry := self._entry(thing)) is not None]
        self._writing = asyncio.get_running_loop().create_task(self._memory.set_many(entries))
