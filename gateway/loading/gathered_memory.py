"""A memory that many ask together: whatever fact groups and requests ask beside each other is one round trip."""

from collections.abc import Sequence

from gateway.loading.gathering import Gathering
from gateway.loading.stores import Entry, Memory

# A large answer keeps small ones waiting no longer than it must, nor the loop while it is unsealed.
AT_ONCE = 8
MOST = 256  # keys


class GatheredMemory:
    """A Memory around a Memory. Whoever waits may be cancelled; the others get their answer."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._together: Gathering[bytes, bytes | None] = Gathering(memory.get_many, at_once=AT_ONCE, most=MOST)

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return await self._together.ask(keys)

    async def set_many(self, entries: Sequence[Entry]) -> None:
        await self.memory.set_many(entries)

    async def ping(self) -> bool:
        return await self.memory.ping()

    async def aclose(self) -> None:
        await self._together.aclose()
        await self.memory.aclose()
