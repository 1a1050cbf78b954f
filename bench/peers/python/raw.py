"""The floor of any endpoint on this server: Starlette, uvicorn, and one answer of each query ready as bytes."""

import contextlib
import os
from collections.abc import AsyncIterator

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.python.handwritten import OPERATIONS, facts

ready: dict[str, bytes] = {}


async def endpoint(request: Request) -> Response:
    body = orjson.loads(await request.body())
    return Response(ready[body["operationName"]], media_type="application/json")


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await facts.open()
    persons = os.environ["BENCH_PERSONS"].split(",")
    for name, operation in OPERATIONS.items():
        ready[name] = orjson.dumps({"data": await operation({"id": persons[0], "ids": persons})})
    yield


app = Starlette(lifespan=lifespan, routes=[Route("/graphql", endpoint, methods=["POST"])])
