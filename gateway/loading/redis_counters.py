"""The counts that replicas share, in Redis: by the library `limits`, over the same connections as `redis_memory`.

`limits` counts and expires in one atomic step on the server. Its own windows are not used: they cannot give back what a
request reserved and did not use, and they read the machine's clock instead of the gateway's.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from limits.aio.storage import RedisStorage

from gateway.domain.clock import Clock
from gateway.loading.counters import CountersAway, Use
from gateway.loading.redis_memory import RedisMemory

ANSWER = 0.25  # seconds that one request waits at most
REST = 2.0  # seconds that a dead Redis is left alone

_log = structlog.get_logger(__name__)


class RedisCounters:
    """Counters of a `redis://` URL of any kind that `redis_memory` knows. After a fault it is left alone for `rest`."""

    def __init__(self, url: str, clock: Clock, *, answer: float = ANSWER, rest: float = REST) -> None:
        self._connection = RedisMemory(url)
        self._storage = _storage_over(self._connection.client)
        self._clock = clock
        self._answer = answer
        self._rest = rest
        self._away_until = float("-inf")
        self._first = asyncio.Lock()
        self._acquainted = False

    async def add(self, uses: Sequence[Use]) -> list[int]:
        if not uses:
            return []
        left = self._away_until - self._clock.monotonic()
        if left > 0:
            raise CountersAway(left)
        try:
            async with asyncio.timeout(self._answer):
                await self._acquaint()
                return list(await asyncio.gather(*(self._storage.incr(u.key, u.seconds, u.amount) for u in uses)))
        except Exception as fault:  # the driver's own faults too: a count that fails is never the caller's error
            self._acquainted = False
            self._away_until = self._clock.monotonic() + self._rest
            # The type alone: a message of the driver may hold an address with its password.
            _log.warning("counters.lost", fault=type(fault).__name__)
            raise CountersAway(self._rest) from None

    async def _acquaint(self) -> None:
        """Alone, since a client of a Cluster that learns its nodes and their scripts under load drops connections."""
        if self._acquainted:
            return
        async with self._first:
            if not self._acquainted:
                await self._connection.ping()
                await self._connection.client.script_load(self._storage.bridge.SCRIPT_INCR_EXPIRE)
                self._acquainted = True

    async def aclose(self) -> None:
        await self._connection.aclose()


def _storage_over(client: Any) -> RedisStorage:
    class Storage(RedisStorage):
        def configure_bridge(self) -> None:
            self.bridge.storage = client  # type: ignore[attr-defined]
            self.bridge.connection_getter = lambda _readonly: client  # type: ignore[attr-defined]

    return Storage("async+redis://", implementation="redispy", key_prefix="tamin:limits")
