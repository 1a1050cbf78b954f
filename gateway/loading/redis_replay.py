"""What was used, shared by all replicas through Redis. A Redis that does not answer closes it: nothing is used then.

What the requests of this process ask beside each other is one round trip.
"""

import asyncio

import structlog

from gateway.loading.gathering import Gathering
from gateway.loading.keyring import Keyring
from gateway.loading.redis_memory import RedisMemory
from gateway.loading.replay import ReplayUnknown
from gateway.loading.stores import Entry

ANSWER_SECONDS = 0.5

_log = structlog.get_logger("gateway.replay")


class RedisReplay:
    """Wants a Redis that evicts nothing before its time (`maxmemory-policy noeviction` or `volatile-ttl`): an evicted
    name could be used again. Two that show the same name at once: one of them is first."""

    def __init__(self, memory: RedisMemory, keyring: Keyring) -> None:
        self._memory = memory
        self._prefix = b"tamin:used:" + keyring.derive("replay.prefix", 8).hex().encode() + b":"
        self._together: Gathering[Entry, bool] = Gathering(self._first_uses)

    async def first_use(self, name: bytes, seconds: float, /) -> bool:
        [first] = await self._together.ask([Entry(self._prefix + name.hex().encode(), b"1", seconds)])
        return first

    async def aclose(self) -> None:
        await self._together.aclose()
        await self._memory.aclose()

    async def _first_uses(self, entries: list[Entry]) -> list[bool]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._memory.set_new(entries)
        except Exception as fault:
            # Whatever the driver raises. The type alone: its message may hold an address with its password.
            _log.warning("replay.unknown", fault=type(fault).__name__)
            raise ReplayUnknown("Redis does not answer") from None
