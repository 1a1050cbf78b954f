"""The counts that replicas share, in Redis, over connections as those of `redis_memory`.

What the requests of this process count beside each other is one round trip, in which a count that several of them add
to is one step: each is told what the count was after its own part. A count is made with its end before it is added to,
so that none stays for ever.
"""

import asyncio
from collections.abc import Sequence

import structlog

from gateway.domain.clock import Clock
from gateway.loading.counters import CountersAway, Use
from gateway.loading.gathering import Gathering
from gateway.loading.redis_memory import RedisMemory

ANSWER = 0.25  # seconds that one question waits at most
REST = 2.0  # seconds that a dead Redis is left alone
PREFIX = "tamin:limits:"

_log = structlog.get_logger(__name__)


class RedisCounters:
    """Counters of a `redis://` URL of any kind that `redis_memory` knows. After a fault it is left alone for `rest`."""

    def __init__(self, url: str, clock: Clock, *, answer: float = ANSWER, rest: float = REST) -> None:
        self._connection = RedisMemory(url)
        self._clock = clock
        self._answer = answer
        self._rest = rest
        self._away_until = float("-inf")
        self._together: Gathering[Use, int] = Gathering(self._added)

    async def add(self, uses: Sequence[Use]) -> list[int]:
        if not uses:
            return []
        left = self._away_until - self._clock.monotonic()
        if left > 0:
            raise CountersAway(left)
        return await self._together.ask(uses)

    def give_back(self, uses: Sequence[Use]) -> None:
        if self._away_until > self._clock.monotonic():
            _log.warning("counters.not_given_back", counts=len(uses))
            return
        self._together.ask(uses).add_done_callback(_given_back)

    async def aclose(self) -> None:
        """What is being given back has a moment left."""
        await asyncio.wait({self._together.ask([])}, timeout=self._answer)
        await self._together.aclose()
        await self._connection.aclose()

    async def _added(self, uses: Sequence[Use]) -> list[int]:
        amounts: dict[str, int] = {}
        seconds: dict[str, int] = {}
        for key, amount, kept in uses:
            amounts[key] = amounts.get(key, 0) + amount
            seconds.setdefault(key, kept)
        if not amounts:
            return []
        try:
            async with asyncio.timeout(self._answer):
                counted = await self._connection.count([(PREFIX + key, amounts[key], seconds[key]) for key in amounts])
        except Exception as fault:  # the driver's own faults too: a count that fails is never the caller's error
            self._away_until = self._clock.monotonic() + self._rest
            # The type alone: a message of the driver may hold an address with its password.
            _log.warning("counters.lost", fault=type(fault).__name__)
            raise CountersAway(self._rest) from None
        afterwards = dict(zip(amounts, counted, strict=True))
        told: list[int] = []
        for key, amount, _ in reversed(uses):
            told.append(afterwards[key])
            afterwards[key] -= amount
        return told[::-1]


def _given_back(told: "asyncio.Future[list[int]]") -> None:
    if not told.cancelled() and isinstance(told.exception(), CountersAway):
        _log.warning("counters.not_given_back")
