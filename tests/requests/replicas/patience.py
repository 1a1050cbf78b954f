"""Looking again until something is so."""

import asyncio
from collections.abc import Awaitable, Callable

MOST_SECONDS = 7_200.0  # for a whole run, which ends with TimeoutError then


async def until(holds: Callable[[], Awaitable[bool]], *, pause: float = 0.5) -> None:
    while True:
        if await holds():
            return
        await asyncio.sleep(pause)
