"""Work that a killed process must not lose or do twice: what to set up in each life, and what was reached at the end.

A scenario is named as `module:function` and made in the process that will be killed. `lives` runs it, `kills` kills it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from gateway.requests.engine import Observer


class Life(Protocol):
    """One life of a scenario, in one process. `flows` and their steps say where it can be killed."""

    steps: dict[str, tuple[str, ...]]

    async def live(self) -> dict[str, Any]:
        """Begins what is not begun (each client repeats itself with its own keys), works until nothing is left to do,
        and tells what was reached, such as receipts. A life after a death does the rest of it."""
        ...


Scenario = Callable[[dict[str, Any], Observer], AbstractAsyncContextManager[Life]]

# Where a life can end beside the engine's own moments: around the commits of those who begin or change something.
COMMITS = ("uncommitted", "committed")

__all__ = ["COMMITS", "AsyncIterator", "Life", "Scenario"]
