"""Counts that limits are held against: how much of what was used in which stretch of time.

Keys are opaque and hold no personal data. A count may be given back by adding a negative amount.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gateway.domain.clock import Clock


class Use(NamedTuple):
    """Adds `amount` to the count of `key`, which is kept for `seconds` after it was begun. An amount of 0 reads it."""

    key: str
    amount: int
    seconds: int


class CountersAway(Exception):
    """The counts cannot be reached. `retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("the counts cannot be reached")
        self.retry_after = retry_after


class Counters(Protocol):
    async def add(self, uses: Sequence[Use]) -> list[int]:
        """What each count is afterwards, in their order. Raises CountersAway."""
        ...

    def give_back(self, uses: Sequence[Use]) -> None:
        """Adds, and nobody waits for it: but whoever adds after it, in this process, is told counts that have it. What
        could not be given back is logged and no more."""
        ...

    async def aclose(self) -> None: ...


class LocalCounters:
    """Of this process alone. Forgets what has ended; beyond `kept` counts the one that ends first goes."""

    def __init__(self, clock: Clock, kept: int = 200_000) -> None:
        self._clock = clock
        self._kept = kept
        self._counts: dict[str, int] = {}
        self._ends: dict[str, float] = {}
        self._next_sweep = 0.0

    async def add(self, uses: Sequence[Use]) -> list[int]:
        return self.added(uses)

    def give_back(self, uses: Sequence[Use]) -> None:
        self.added(uses)

    def added(self, uses: Sequence[Use]) -> list[int]:
        now = self._clock.monotonic()
        if now >= self._next_sweep or len(self._counts) > self._kept:
            self._sweep(now)
        return [self._add(use, now) for use in uses]

    async def aclose(self) -> None:
        self._counts.clear()
        self._ends.clear()

    def _add(self, use: Use, now: float) -> int:
        key, amount, seconds = use
        if self._ends.get(key, now) <= now:
            if not amount:
                return 0
            self._counts[key] = 0
            self._ends[key] = now + seconds
        count = self._counts[key] = self._counts[key] + amount
        return count

    def _sweep(self, now: float) -> None:
        self._next_sweep = now + 60
        for key in [key for key, end in self._ends.items() if end <= now]:
            del self._counts[key], self._ends[key]
        excess = len(self._counts) - self._kept
        if excess > 0:
            for key in sorted(self._ends, key=self._ends.__getitem__)[: excess + self._kept // 10]:
                del self._counts[key], self._ends[key]
