"""Makes events durable, many in one commit: `record` returns when its event is, or raises."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from gateway.domain.clock import Clock, SystemClock
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.store import Store, StoreUnavailable

_log = structlog.get_logger("gateway.record")

GROUP_PERSONS = 5_000  # a commit of so many takes a few tenths of a second


class Committed(Protocol):
    """Is told of each commit: how many events, how many seconds, and whether they are written."""

    def __call__(self, events: int, seconds: float, /, *, written: bool) -> None: ...


Waiting = tuple[ReleaseEvent, "asyncio.Future[None]"]


class NotRecorded(Exception):
    """The event is not on record, so the answer must not leave."""


class Recorder(Protocol):
    async def record(self, event: ReleaseEvent) -> None:
        """Returns when the event is durable. Raises NotRecorded where it is not, or is not known to be."""
        ...


class GroupRecorder:
    """Events that come while a commit is under way wait and share the next one, at most `group_size` of them, and no
    more after one with which GROUP_PERSONS are reached.

    Events recorded at the same time keep the order in which they came. Where more than `most_waiting` wait, or once it
    is closed, `record` raises at once. Cancelling `record` does not take the event back.
    """

    def __init__(
        self,
        store: Store,
        writer: str,
        *,
        group_size: int = 256,
        most_waiting: int = 10_000,
        clock: Clock | None = None,
        committed: Committed | None = None,
    ) -> None:
        self._clock, self._committed = clock or SystemClock(), committed
        self._store, self._writer, self._group_size = store, writer, group_size
        self._waiting: asyncio.Queue[Waiting] = asyncio.Queue(most_waiting)
        self._closed = False

    async def record(self, event: ReleaseEvent) -> None:
        if self._closed:
            raise NotRecorded("the record is closed")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((event, done))
        except asyncio.QueueFull:
            raise NotRecorded("too many events wait for the record") from None
        await done

    async def run(self) -> None:
        """Commits group after group until it is cancelled."""
        while True:
            group = [await self._waiting.get()]
            persons = _persons_in(group[0])
            with contextlib.suppress(asyncio.QueueEmpty):
                while len(group) < self._group_size and persons < GROUP_PERSONS:
                    group.append(self._waiting.get_nowait())
                    persons += _persons_in(group[-1])
            try:
                await self._commit(group)
            finally:  # cancelled: whoever waits must not wait for ever
                _refuse(group, NotRecorded("the record was closed meanwhile"))

    async def close(self) -> None:
        """After `run` was cancelled: refuses what still waits."""
        self._closed = True
        while not self._waiting.empty():
            _refuse([self._waiting.get_nowait()], NotRecorded("the record is closed"))

    async def _commit(self, group: list[Waiting]) -> None:
        began, written = self._clock.monotonic(), False
        try:
            await self._store.append(self._writer, [event for event, _ in group])
            written = True
        except StoreUnavailable as problem:
            _log.error("record.unwritten", problem=str(problem), events=len(group))
            _refuse(group, NotRecorded(str(problem)))
            return
        finally:
            if self._committed is not None:
                self._committed(len(group), self._clock.monotonic() - began, written=written)
        for _, done in group:
            if not done.done():  # cancelled: its client is gone
                done.set_result(None)


def _persons_in(waiting: Waiting) -> int:
    """Mentioned, each for each time: what a commit mostly costs."""
    event, _ = waiting
    return sum(len(one.persons) for one in event.released) + sum(len(one.persons) for one in event.refusals)


def _refuse(group: list[Waiting], why: NotRecorded) -> None:
    for _, done in group:
        if not done.done():
            done.set_exception(NotRecorded(*why.args))


@asynccontextmanager
async def recording(recorder: GroupRecorder) -> AsyncIterator[None]:
    """Runs the recorder's commits while the block runs."""
    running = asyncio.create_task(recorder.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await recorder.close()
