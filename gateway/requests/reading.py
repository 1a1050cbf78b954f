"""Reads the facts of an assessment: at once, within its patience, and never taking silence for a fact."""

import asyncio
import enum
from collections.abc import Awaitable
from typing import Final, TypeVar

from gateway.domain.clock import Clock
from gateway.domain.decrees import UNDECREED, Decrees
from gateway.domain.failure import DeadlineExceeded, Source, SourceFailure, SourceWithheld
from gateway.domain.lookup import Fact
from gateway.loading.loaders import Loaders
from gateway.rights.rights import Policy

T = TypeVar("T")


class Unread(enum.Enum):
    """A fact that could not be read, or did not have to be."""

    UNREAD = "UNREAD"


UNREAD: Final = Unread.UNREAD


class Reader:
    """Of one assessment: the graph's own loaders, never a system by itself. `unread`: why facts are missing."""

    def __init__(
        self, loaders: Loaders, policy: Policy, clock: Clock, patience: float | None, decrees: Decrees = UNDECREED
    ) -> None:
        self.loaders, self.policy, self.clock = loaders, policy, clock
        self.decrees = decrees
        self.unread: list[SourceFailure] = []
        # One end for all of it, though some facts are asked for only after others have come.
        self._until = None if patience is None else clock.monotonic() + patience

    async def value(self, asked: Awaitable[Fact[T] | None], source: Source) -> T | Unread | None:
        """The fact; None where the system knows none. What could not be read is noted, save what a system withholds
        from everybody: to wait for that would be to wait for ever."""
        try:
            async with asyncio.timeout(self._left()):
                fact = await asked
        except SourceWithheld:
            return UNREAD
        except SourceFailure as failure:
            self.unread.append(failure)
            return UNREAD
        except TimeoutError:
            self.unread.append(DeadlineExceeded(source, "not within the patience of an assessment"))
            return UNREAD
        return fact.value if fact else None

    def _left(self) -> float | None:
        return None if self._until is None else max(0.0, self._until - self.clock.monotonic())
