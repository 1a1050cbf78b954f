"""A gateway of two fields on loopback that serves the page, and remembers what it was asked."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.http.graphiql import Example, GraphiqlPage, GraphiqlSettings, NamedPerson, static_routes

SARA = NamedPerson("0013542419", "all is well")
KAVEH = NamedPerson("3875194063", "employer")
TOKEN = "sandbox.token-of-sara"

GREETING = Example(
    "greeting",
    "A greeting",
    "یک سلام",
    "# A greeting\n# یک سلام\n\nquery Greeting($nationalId: String!) {\n  greeting(nationalId: $nationalId)\n}\n",
    '{\n  "nationalId": "0013542419"\n}',
)
WHO = Example("who", "Who asks", "چه کسی می‌پرسد", "# Who asks\n# چه کسی می‌پرسد\n\n{\n  caller\n}\n", "")


def greeting(national_id: str) -> str:
    return f"سلام، سارا رضایی ({national_id})"


def caller(info: strawberry.Info[dict[str, str], None]) -> str:
    return info.context["authorization"]


@strawberry.type
class Query:
    greeting: str = strawberry.field(resolver=greeting, description="A greeting in Persian")
    caller: str = strawberry.field(resolver=caller, description="What the Authorization header said")


@dataclass
class SmallGateway:
    """`asked` holds the body of each POST, `callers` its Authorization header."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    callers: list[str | None] = field(default_factory=list)


def application(gateway: SmallGateway, settings: GraphiqlSettings) -> Starlette:
    schema = strawberry.Schema(Query)

    async def post(request: Request) -> Response:
        body = await request.json()
        authorization = request.headers.get("authorization")
        gateway.asked.append(body)
        gateway.callers.append(authorization)
        if authorization is None:
            errors = [{"message": "say who you are", "extensions": {"code": "UNAUTHENTICATED"}}]
            return JSONResponse({"errors": errors})
        answer = await schema.execute(body["query"], body.get("variables"), {"authorization": authorization})
        return JSONResponse({"data": answer.data, "errors": [error.formatted for error in answer.errors or ()]})

    routes = [
        Route("/graphql", GraphiqlPage(lambda: settings), methods=["GET"]),
        Route("/graphql", post, methods=["POST"]),
        *static_routes(),
    ]
    return Starlette(routes=routes)


@asynccontextmanager
async def running(settings: GraphiqlSettings) -> AsyncIterator[SmallGateway]:
    """Serves on a free port of loopback until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        gateway = SmallGateway(f"http://127.0.0.1:{listening.getsockname()[1]}/graphql")
        config = uvicorn.Config(application(gateway, settings), log_level="warning", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield gateway
        finally:
            server.should_exit = True
            await serving
