"""The first level of memory: facts as they were read, held in this process for a moment.

What is in it need not be fetched, unsealed and read again; what answers made of it is at hand too. It is kept honest by
its short age: a replica may be behind another by that much, and never behind a write of ours (see `memory`).
"""

import dataclasses
import datetime
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from gateway.domain.clock import Clock
from gateway.domain.lookup import Fact

V = TypeVar("V")

READ = 4  # what a fact that was read takes, in sizes of what was read; about


@dataclasses.dataclass(slots=True)
class Known(Generic[V]):
    """A remembered fact, and when its source said it; without a fact, that the source knows of none."""

    said_at: datetime.datetime
    fact: Fact[V] | None


class _Held(NamedTuple):
    known: Known[Any]
    until: float
    size: int


class NearMemory:
    """Holds facts for `age` seconds, and at most `size` bytes of them, about: the least used go first."""

    def __init__(self, clock: Clock, *, age: float, size: int = 64 * 2**20) -> None:
        self._clock = clock
        self._age = age
        self._most = size
        self._hash_key = secrets.token_bytes(32)
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._held)

    def held(self, keys: Sequence[bytes]) -> list[Known[Any] | None]:
        """What is held of each."""
        now, held = self._clock.monotonic(), self._held
        known: list[Known[Any] | None] = []
        for key in keys:
            name = self._name(key)
            found = held.get(name)
            if found is None:
                known.append(None)
            elif found.until <= now:
                self._drop(name)
                known.append(None)
            else:
                held.move_to_end(name)
                known.append(found.known)
        return known

    def hold(self, key: bytes, known: Known[Any], size: int) -> None:
        """`size` is of the bytes that it was read from."""
        name = self._name(key)
        self._drop(name)
        held = _Held(known, self._clock.monotonic() + self._age, READ * size)
        self._held[name] = held
        self.size += held.size
        while self.size > self._most:
            self._drop(next(iter(self._held)))

    def _name(self, key: bytes) -> bytes:
        """A hash, as in every memory: no dump or debugger lists national codes."""
        return hashlib.blake2b(key, digest_size=20, key=self._hash_key).digest()

    def _drop(self, name: bytes) -> None:
        held = self._held.pop(name, None)
        if held is not None:
            self.size -= held.size
