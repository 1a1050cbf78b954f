"""What a good programmer would write for these three questions alone: Starlette, all at once, orjson, no GraphQL.

Takes the same bodies as the GraphQL peers and goes by `operationName`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.peers.python.facts import Facts

facts = Facts()


async def profile(variables: dict[str, Any]) -> dict[str, Any]:
    one = [variables["id"]]
    persons, dependents, contributions, debts, payments, unemployment = await asyncio.gather(
        facts.persons(one),
        facts.dependents(one),
        facts.contributions(one),
        facts.debts(one),
        facts.payments(one),
        facts.unemployment(one),
    )
    return {
        "person": {
            **persons[0],
            "dependents": dependents[0],
            "contributions": contributions[0],
            "debts": debts[0],
            "payments": payments[0],
            "unemployment": unemployment[0],
        }
    }


async def many(variables: dict[str, Any]) -> dict[str, Any]:
    ids = variables["ids"]
    answers = await asyncio.gather(
        facts.persons(ids), facts.dependents(ids), facts.contributions(ids), facts.unemployment(ids)
    )
    return {
        "persons": [
            {
                "nationalId": person["nationalId"],
                "firstName": person["firstName"],
                "lastName": person["lastName"],
                "dependents": dependents,
                "contributions": contributions,
                "unemployment": unemployment,
            }
            for person, dependents, contributions, unemployment in zip(*answers, strict=True)
        ]
    }


async def tiny(variables: dict[str, Any]) -> dict[str, Any]:
    (person,) = await facts.persons([variables["id"]])
    return {"person": {name: person[name] for name in ("nationalId", "firstName", "lastName")}}


OPERATIONS = {"Q1": profile, "Q2": many, "Q3": tiny}


async def endpoint(request: Request) -> Response:
    body = orjson.loads(await request.body())
    data = await OPERATIONS[body["operationName"]](body["variables"])
    return Response(orjson.dumps({"data": data}), media_type="application/json")


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await facts.open()
    yield


app = Starlette(lifespan=lifespan, routes=[Route("/graphql", endpoint, methods=["POST"])])
