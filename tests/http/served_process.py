"""A gateway's server around three small answers, for tests that need a process of their own. Prints its port."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.http.health import Ready, live
from gateway.http.lifecycle import Lifecycle
from gateway.http.serving import Server
from gateway.http.settings import Listening


async def slow(_: Request) -> Response:
    await asyncio.sleep(1.5)
    return PlainTextResponse("slow, and whole")


async def stuck(_: Request) -> Response:
    await asyncio.sleep(60)
    return PlainTextResponse("never")


async def states() -> dict[str, str]:
    return {}


async def main(grace: float) -> None:
    lifecycle = Lifecycle()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        lifecycle.serve()
        yield

    routes = [Route("/live", live), Route("/slow", slow), Route("/stuck", stuck)]
    routes.append(Route("/ready", Ready(lifecycle, states).answer))
    server = Server(
        Starlette(routes=routes, lifespan=lifespan), lifecycle, Listening(port=0, drain_grace_seconds=grace)
    )
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1])))
