"""A memory that may be slow, silent or gone, made harmless: its faults are misses, at once.

The first fault opens the guard: from then on every question is a miss without any waiting, and a probe in the
background, one at a time, closes it when the memory answers again. Writes never delay an answer: they wait in a bounded
backlog that one task empties, many at a time.
"""

import asyncio
import contextlib
import contextvars
import dataclasses
from collections import deque
from collections.abc import Sequence
from typing import Any

import structlog

from gateway.loading.round import retrieved
from gateway.loading.stores import Entry, Memory

log = structlog.get_logger(__name__)

BUSY = 0.25  # a timer that is late by this share of its time rang in a busy loop
MOST_TURNS = 10  # how often an answer is waited for again, if the loop stays busy


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GuardTimes:
    """In seconds. `answer` is what a read may take; probes come after `probe`, then twice that, up to `rest`."""

    answer: float = 0.1
    write: float = 1.0
    probe: float = 0.05
    rest: float = 2.0
    farewell: float = 1.0


@dataclasses.dataclass(slots=True)
class GuardCounts:
    """Since the start. `skipped` questions met an open guard and were misses; `dropped` entries were not written."""

    faults: int = 0
    skipped: int = 0
    written: int = 0
    dropped: int = 0


class GuardedMemory:
    """A Memory around a Memory, which never raises. At most `backlog` entries wait, written `together` at a time."""

    def __init__(
        self, memory: Memory, times: GuardTimes | None = None, backlog: int = 10_000, together: int = 500
    ) -> None:
        self._memory = memory
        self._times = times or GuardTimes()
        self._limit = backlog
        self._together = together
        self._backlog: deque[Entry] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._probe: asyncio.Task[None] | None = None
        self._readings: set[asyncio.Future[list[bytes | None]]] = set()
        self._closed = False
        self.counts = GuardCounts()

    @property
    def open(self) -> bool:
        """Whether the memory is out of use until a probe succeeds."""
        return self._probe is not None

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if self.open or self._closed:
            self.counts.skipped += 1
            return [None] * len(keys)
        # A task of its own, left behind when its time is up: the driver does not always heed a cancel at once.
        reading = asyncio.ensure_future(self._memory.get_many(keys))
        self._readings.add(reading)
        reading.add_done_callback(self._readings.discard)
        reading.add_done_callback(retrieved)
        try:
            await self._patiently(reading)
        except asyncio.CancelledError:
            reading.cancel()
            raise
        if not reading.done():
            reading.cancel()
            fault: BaseException | None = TimeoutError()
        else:
            fault = asyncio.CancelledError() if reading.cancelled() else reading.exception()
        if fault is None:
            return reading.result()
        self._failed(fault)
        return [None] * len(keys)

    async def _patiently(self, reading: asyncio.Future[list[bytes | None]]) -> None:
        """Waits for an answer for its time. What this process spends on other work meanwhile does not count: a timer
        that rings late says that the loop was busy, and then the answer may lie there unread.
        """
        loop = asyncio.get_running_loop()
        for _ in range(MOST_TURNS):
            began = loop.time()
            await asyncio.wait({reading}, timeout=self._times.answer)
            late = loop.time() - began - self._times.answer
            if reading.done() or late < self._times.answer * BUSY:
                return

    async def set_many(self, entries: Sequence[Entry]) -> None:
        """Returns at once; what finds no room, or a memory out of use, is dropped and counted."""
        room = 0 if self.open or self._closed else max(0, self._limit - len(self._backlog))
        self._backlog.extend(entries[:room])
        self.counts.dropped += len(entries[room:])
        if self._backlog and self._writer is None:
            self._writer = asyncio.create_task(self._write(), context=contextvars.Context())

    async def ping(self) -> bool:
        try:
            async with asyncio.timeout(self._times.write):
                return await self._memory.ping()
        except Exception:
            return False  # the answer to the question, not a fault: the guard itself goes by its own probes

    async def flush(self) -> None:
        """Returns when the backlog is empty."""
        if self._writer is not None:
            await asyncio.wait({self._writer})

    async def aclose(self) -> None:
        """Writes what waits, for a moment; cancels the rest."""
        self._closed = True
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=self._times.farewell)
        running: set[asyncio.Future[Any]] = {
            task for task in (self._writer, self._probe, *self._readings) if task is not None
        }
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        self.counts.dropped += len(self._backlog)
        self._backlog.clear()
        with contextlib.suppress(Exception):  # a dead memory cannot be left politely
            await self._memory.aclose()

    async def _write(self) -> None:
        try:
            while self._backlog:
                entries = [self._backlog.popleft() for _ in range(min(self._together, len(self._backlog)))]
                self.counts.dropped += len(entries)  # until it is known that they were written
                try:
                    async with asyncio.timeout(self._times.write):
                        await self._memory.set_many(entries)
                except Exception as fault:
                    # A memory that is full can still be read: only a read that fails opens the guard.
                    self.counts.dropped += len(self._backlog)
                    self._backlog.clear()
                    self.counts.faults += 1
                    log.warning("memory.not_written", fault=type(fault).__name__)
                else:
                    self.counts.dropped -= len(entries)
                    self.counts.written += len(entries)
        finally:
            self._writer = None

    def _failed(self, fault: BaseException) -> None:
        self.counts.faults += 1
        if self._probe is None and not self._closed:
            # The type alone: a message of the driver may hold an address with its password.
            log.warning("memory.lost", fault=type(fault).__name__)
            # Nor does the probe belong to the request that happened to find the fault.
            self._probe = asyncio.create_task(self._until_it_answers(), context=contextvars.Context())

    async def _until_it_answers(self) -> None:
        pause = self._times.probe
        try:
            while True:
                await asyncio.sleep(pause)
                if await self.ping():
                    log.info("memory.found")
                    return
                pause = min(2 * pause, self._times.rest)
        finally:
            self._probe = None
