"""The twin's clock: real time plus an offset that tests set. Signatures, tokens, opening hours and quotas read it."""

import datetime
import time

TEHRAN = datetime.timezone(datetime.timedelta(hours=3, minutes=30))


class Clock:
    """Runs on from wherever it is set. `offset_seconds` is 0 for real time."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def time(self) -> float:
        """Unix seconds."""
        return time.time() + self.offset_seconds

    def now(self) -> datetime.datetime:
        """Aware, in Tehran."""
        return datetime.datetime.fromtimestamp(self.time(), TEHRAN)

    def set_now(self, now: datetime.datetime) -> None:
        """`now` must be aware."""
        self.offset_seconds = now.timestamp() - time.time()
