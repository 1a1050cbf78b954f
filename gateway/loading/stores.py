"""Where facts are remembered: stores of bytes that may forget at any time."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """What a memory keeps: `key` and `value` are opaque, `ttl` is in seconds."""

    key: bytes
    value: bytes
    ttl: float


class Memory(Protocol):
    """A store of bytes that may forget at any time. `key` holds personal data: an implementation keeps only a hash."""

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """One value for each key, in their order; None for what is not known."""
        ...

    async def set_many(self, entries: Sequence[Entry]) -> None: ...

    async def ping(self) -> bool:
        """Whether it can be reached now."""
        ...

    async def aclose(self) -> None: ...
