"""/live: the process runs. /ready: it takes requests, and how each back office is.

A back office that is down leaves the gateway ready: its part of an answer is missing with a reason, the rest comes. So
only a gateway that is starting or draining is not ready.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.http.lifecycle import Lifecycle, Stage

STATES_SECONDS = 2.0
NOT_STORED = {"cache-control": "no-store"}


class Readiness(Protocol):
    async def __call__(self) -> Mapping[str, str]:
        """Each back office's name and `up`, `degraded`, `down` or `unknown`."""
        ...


async def live(_: Request) -> Response:
    return JSONResponse({"live": True}, headers=NOT_STORED)


class Ready:
    """Answers /ready: 200 while serving, 503 before and after, with the systems' states either way."""

    def __init__(self, lifecycle: Lifecycle, readiness: Readiness) -> None:
        self._lifecycle = lifecycle
        self._readiness = readiness

    async def answer(self, _: Request) -> Response:
        ready = self._lifecycle.stage is Stage.SERVING
        content = {"ready": ready, "stage": self._lifecycle.stage.value, "systems": dict(await self._systems())}
        return JSONResponse(content, 200 if ready else 503, headers=NOT_STORED)

    async def _systems(self) -> Mapping[str, str]:
        """Empty where the states cannot be told in time: what is asked here is the gateway."""
        try:
            async with asyncio.timeout(STATES_SECONDS):
                return await self._readiness()
        except TimeoutError:
            return {}
