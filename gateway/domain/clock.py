"""The one clock that ages, expiries, quotas and deadlines read; tests pass their own."""

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


class SystemClock:
    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    def monotonic(self) -> float:
        return time.monotonic()


TEHRAN = datetime.timezone(datetime.timedelta(hours=3, minutes=30))  # Iran keeps no summer time since 1401
