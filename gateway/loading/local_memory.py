"""The memory of one process: bounded, forgets the least used first. What runs without any set-up uses it.

Its values are not sealed: whoever can read the memory of this process finds the keys there too. Its keys are hashes all
the same, so that no dump or debugger lists national codes.
"""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from gateway.domain.clock import Clock, SystemClock
from gateway.loading.stores import Entry

OVERHEAD = 200  # bytes that an entry costs beyond its value, about


class _Kept(NamedTuple):
    value: bytes
    until: float


class LocalMemory:
    """At most `entries` values, and `size` bytes of them together."""

    def __init__(self, entries: int = 50_000, size: int = 64 * 2**20, clock: Clock | None = None) -> None:
        self._entries = entries
        self._size = size
        self._clock = clock or SystemClock()
        self._hash_key = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()  # the least used first
        self._used = 0

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        now = self._clock.monotonic()
        return [self._get(self._name(key), now) for key in keys]

    async def set_many(self, entries: Sequence[Entry]) -> None:
        now = self._clock.monotonic()
        for entry in entries:
            name = self._name(entry.key)
            self._drop(name)
            self._kept[name] = _Kept(entry.value, now + entry.ttl)
            self._used += len(entry.value) + OVERHEAD
        while len(self._kept) > self._entries or self._used > self._size:
            self._drop(next(iter(self._kept)))

    async def ping(self) -> bool:
        return True

    async def aclose(self) -> None:
        self._kept.clear()
        self._used = 0

    def __len__(self) -> int:
        return len(self._kept)

    def _name(self, key: bytes) -> bytes:
        return hashlib.blake2b(key, digest_size=20, key=self._hash_key).digest()

    def _get(self, name: bytes, now: float) -> bytes | None:
        kept = self._kept.get(name)
        if kept is None:
            return None
        if kept.until <= now:
            self._drop(name)
            return None
        self._kept.move_to_end(name)
        return kept.value

    def _drop(self, name: bytes) -> None:
        kept = self._kept.pop(name, None)
        if kept:
            self._used -= len(kept.value) + OVERHEAD
