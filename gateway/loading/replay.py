"""What may be used once only, and was it used: proofs of possession. Kept by the process, or shared through Redis."""

from collections import OrderedDict
from typing import Protocol

from gateway.domain.clock import Clock

RETRY_SECONDS = 2.0


class ReplayUnknown(Exception):
    """It cannot be told whether something was used before: so it may not be used now. `retry_after` in seconds."""

    def __init__(self, message: str, retry_after: float = RETRY_SECONDS) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Replay(Protocol):
    async def first_use(self, name: bytes, seconds: float, /) -> bool:
        """True once for a name, then False for at least so many seconds. Raises ReplayUnknown."""
        ...


class LocalReplay:
    """Of this process alone: enough for one, not for replicas. When `most` names are live it refuses new ones, since to
    forget an old one would let it be used again."""

    def __init__(self, clock: Clock, most: int = 200_000) -> None:
        self._clock = clock
        self._most = most
        self._until: OrderedDict[bytes, float] = OrderedDict()

    async def first_use(self, name: bytes, seconds: float, /) -> bool:
        now = self._clock.monotonic()
        # The oldest come first: all callers name the same span.
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if self._until.get(name, now) > now:
            return False
        if len(self._until) >= self._most:
            raise ReplayUnknown("no room for another proof")
        self._until[name] = now + seconds
        self._until.move_to_end(name)
        return True
