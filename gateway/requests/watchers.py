"""Who waits for a request to change: one question to the store for all of them, not one each."""

import asyncio
import contextlib
from collections import Counter

from gateway.domain.clock import PatientClock
from gateway.requests.database import StoreUnavailable
from gateway.requests.store import RequestStore


class Watchers:
    """Looks every `seconds` while anybody waits; sees what other replicas do too."""

    def __init__(self, store: RequestStore, clock: PatientClock, seconds: float) -> None:
        self._store, self._clock, self._seconds = store, clock, seconds
        self._waiting: Counter[str] = Counter()
        self._versions: dict[str, int] = {}
        self._looked = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def changed(self, id_: str, since: int) -> None:
        """Returns when the request has a version after `since`. A store that fails is asked again."""
        self._waiting[id_] += 1
        try:
            while self._versions.get(id_, 0) <= since:
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look())
                await self._looked.wait()
        finally:
            self._waiting[id_] -= 1
            if self._waiting[id_] <= 0:
                del self._waiting[id_]
                self._versions.pop(id_, None)

    async def _look(self) -> None:
        while self._waiting:
            try:
                with contextlib.suppress(StoreUnavailable):  # whoever waits goes on waiting
                    self._versions.update(await self._store.versions_of(list(self._waiting)))
            finally:
                self._looked.set()
                self._looked = asyncio.Event()
            await self._clock.sleep_until(self._clock.monotonic() + self._seconds)
