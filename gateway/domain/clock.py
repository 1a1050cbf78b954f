"""The one clock that ages, expiries, quotas and deadlines read; tests pass their own."""

import asyncio
import datetime
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime.datetime:
        """Wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for measuring how long something took."""
        ...


class PatientClock(Clock, Protocol):
    """A clock that can also be waited for."""

    async def sleep_until(self, moment: float) -> None:
        """Returns when `monotonic()` has reached `moment`; at once where it has."""
        ...


class SystemClock:
    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep_until(self, moment: float) -> None:
        while (left := moment - self.monotonic()) > 0:  # noqa: ASYNC110 - timers count whole milliseconds, and fire early
            await asyncio.sleep(left)


TEHRAN = datetime.timezone(datetime.timedelta(hours=3, minutes=30))  # Iran keeps no summer time since 1401
