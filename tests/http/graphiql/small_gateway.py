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

from gateway.http.authentication import Shown, Unauthenticated
from gateway.http.authentication.nonces import Nonces
from gateway.http.graphiql import Example, GraphiqlPage, GraphiqlSettings, NamedPerson, static_routes
from tests.http.issuing import TestIssuer
from twin.possession import Possession

SARA = NamedPerson("0013542419", "all is well")
KAVEH = NamedPerson("3875194063", "employer")
TOKEN = "sandbox.token-of-sara"
ISSUER_URL = "http://127.0.0.1:1/oauth2/token"  # asked by nobody: the page only writes it into a proof

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
    """`asked` holds the body of each POST, `callers` its Authorization header.

    `bound_to` is the key of the last token that an agency got, `refused` why its requests were not answered.
    """

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    callers: list[str | None] = field(default_factory=list)
    bound_to: str = ""
    refused: list[str] = field(default_factory=list)


def application(gateway: SmallGateway, settings: GraphiqlSettings) -> Starlette:
    schema = strawberry.Schema(Query)
    issuer, possession = TestIssuer(), Possession()
    authenticator = issuer.authenticator(nonces=Nonces(b"k" * 32, issuer.clock, seconds=300))

    async def token(request: Request) -> Response:
        whom = (await request.json())["whom"]
        if whom == "citizen:sara":
            return JSONResponse({"access_token": TOKEN})
        if whom != "agency:court":
            return JSONResponse({"error_description": "nobody of that name"}, 400)
        gateway.bound_to = possession.thumbprint(request.headers["dpop"], "POST", ISSUER_URL)
        said = issuer.token(tamin_kind="agency", sub="court", client_id="court", cnf={"jkt": gateway.bound_to})
        return JSONResponse({"access_token": said})

    async def post(request: Request) -> Response:
        body = await request.json()
        authorization = request.headers.get("authorization")
        gateway.asked.append(body)
        gateway.callers.append(authorization)
        if authorization is None:
            errors = [{"message": "say who you are", "extensions": {"code": "UNAUTHENTICATED"}}]
            return JSONResponse({"errors": errors})
        if authorization.startswith("DPoP"):
            try:
                caller = await authenticator.authenticate(Shown.of(request))
            except Unauthenticated as reason:
                gateway.refused.append(reason.error)
                return JSONResponse({"errors": []}, 401, {"dpop-nonce": reason.nonce or ""})
            authorization = f"{caller.client} {caller.thumbprint}" if caller else ""
        answer = await schema.execute(body["query"], body.get("variables"), {"authorization": authorization})
        return JSONResponse({"data": answer.data, "errors": [error.formatted for error in answer.errors or ()]})

    routes = [
        Route("/graphql", GraphiqlPage(settings), methods=["GET"]),
        Route("/sandbox/token", token, methods=["POST"]),
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
