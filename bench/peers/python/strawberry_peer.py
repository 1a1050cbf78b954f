"""Strawberry on Starlette with its own DataLoader, as its documentation shows.

TUNED=1: caches of parser and validation, orjson, and a root resolver that starts its children's loads at once.
"""

import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import orjson
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

from bench.peers.python.facts import Facts

TUNED = os.environ.get("TUNED") == "1"
facts = Facts()
Info = strawberry.Info[Any, Any]


@strawberry.type
class Dependent:
    national_id: str
    first_name: str | None
    last_name: str | None
    relation: str
    birth_date: str | None


@strawberry.type
class Contribution:
    month: str
    workshop: str | None
    workshop_name: str | None
    kind: str
    days: int
    wage: str


@strawberry.type
class Debt:
    number: str
    stage: str
    amount: str
    remaining: str
    issued: str | None


@strawberry.type
class Payment:
    identifier: str
    state: str
    amount: str
    trace_number: str | None
    confirmed_at: str | None


@strawberry.type
class Unemployment:
    stage: str
    approval: str
    lost_job_on: str | None
    drawn_months: int


@strawberry.type
class Person:
    national_id: str
    first_name: str
    last_name: str
    father_name: str | None
    birth_date: str | None
    gender: str
    life_status: str
    issue_place: str | None

    @strawberry.field
    async def dependents(self, info: Info) -> list[Dependent]:
        return await info.context["dependents"].load(self.national_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def contributions(self, info: Info) -> list[Contribution]:
        return await info.context["contributions"].load(self.national_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def debts(self, info: Info) -> list[Debt]:
        return await info.context["debts"].load(self.national_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def payments(self, info: Info) -> list[Payment]:
        return await info.context["payments"].load(self.national_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def unemployment(self, info: Info) -> Unemployment | None:
        return await info.context["unemployment"].load(self.national_id)  # type: ignore[no-any-return]


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, info: Info, national_id: str) -> Person | None:
        if TUNED:
            start_children(info, [national_id])
        return await info.context["persons"].load(national_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def persons(self, info: Info, national_ids: list[str]) -> list[Person]:
        if TUNED:
            start_children(info, national_ids)
        return await info.context["persons"].load_many(national_ids)  # type: ignore[no-any-return]


def start_children(info: Info, ids: Sequence[str]) -> None:
    """The children's keys stand in the arguments, so their loads need not wait for the registry."""
    selections: Any = info._raw_info.field_nodes[0].selection_set
    for node in selections.selections:
        loader = info.context.get(node.name.value)
        if loader is not None:
            for each in ids:
                loader.load(each)


def made(row: Any, cls: type[Any]) -> Any:
    """A row as an object; both have their fields in the same order."""
    names = FIELDS[cls]
    return cls(**dict(zip(names, row.values(), strict=True)))


FIELDS: dict[type[Any], tuple[str, ...]] = {
    Person: (
        "national_id",
        "first_name",
        "last_name",
        "father_name",
        "birth_date",
        "gender",
        "life_status",
        "issue_place",
    ),
    Dependent: ("national_id", "first_name", "last_name", "relation", "birth_date"),
    Contribution: ("month", "workshop", "workshop_name", "kind", "days", "wage"),
    Debt: ("number", "stage", "amount", "remaining", "issued"),
    Payment: ("identifier", "state", "amount", "trace_number", "confirmed_at"),
    Unemployment: ("stage", "approval", "lost_job_on", "drawn_months"),
}

Load = Callable[[list[str]], Awaitable[list[Any]]]


def one(cls: type[Any], kind: str) -> Load:
    async def load(ids: list[str]) -> list[Any]:
        return [None if row is None else made(row, cls) for row in await getattr(facts, kind)(ids)]

    return load


def several(cls: type[Any], kind: str) -> Load:
    async def load(ids: list[str]) -> list[Any]:
        return [[made(row, cls) for row in rows] for rows in await getattr(facts, kind)(ids)]

    return load


LOADS: dict[str, Load] = {
    "persons": one(Person, "persons"),
    "dependents": several(Dependent, "dependents"),
    "contributions": several(Contribution, "contributions"),
    "debts": several(Debt, "debts"),
    "payments": several(Payment, "payments"),
    "unemployment": one(Unemployment, "unemployment"),
}


class Endpoint(GraphQL[Any, Any]):
    async def get_context(self, request: Any, response: Any = None) -> dict[str, Any]:
        return {kind: DataLoader(load_fn=load) for kind, load in LOADS.items()}

    if TUNED:

        def encode_json(self, data: object) -> str | bytes:
            return orjson.dumps(data)


# An instance a request; what they keep is shared by all of one size.
CACHES: list[Callable[[], SchemaExtension]] = [lambda: ParserCache(maxsize=128), lambda: ValidationCache(maxsize=128)]
schema = strawberry.Schema(query=Query, extensions=CACHES if TUNED else [])


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await facts.open()
    yield


app = Starlette(lifespan=lifespan, routes=[Route("/graphql", Endpoint(schema))])
