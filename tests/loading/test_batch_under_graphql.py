"""Fields of one query, however deep their lists, ask a source once: proved with graphql-core's own execution."""

import asyncio
import datetime
from collections.abc import Mapping, Sequence

import strawberry

from gateway.domain.clock import SystemClock
from gateway.domain.failure import Source
from gateway.domain.lookup import Fact, Provenance
from gateway.loading.batch import Batch
from gateway.loading.round import Round

PROVENANCE = Provenance(source=Source.CIVIL_REGISTRY, fetched_at=datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC))


class Asked:
    """Two Lookups and what they were asked."""

    def __init__(self) -> None:
        self.names: list[list[str]] = []
        self.kin: list[list[str]] = []
        self.round = Round(SystemClock())
        self.name_of = Batch(self.names_by_person, Source.CIVIL_REGISTRY, self.round)
        self.kin_of = Batch(self.kin_by_person, Source.BRANCH_DATABASES, self.round)

    async def names_by_person(self, keys: Sequence[str]) -> Mapping[str, Fact[str]]:
        self.names.append(list(keys))
        await asyncio.sleep(0.01)
        return {key: Fact(f"name of {key}", PROVENANCE) for key in keys}

    async def kin_by_person(self, keys: Sequence[str]) -> Mapping[str, Fact[list[str]]]:
        self.kin.append(list(keys))
        await asyncio.sleep(0.001)
        return {key: Fact([f"{key}1", f"{key}2"], PROVENANCE) for key in keys}


Info = strawberry.Info[Asked, None]


@strawberry.type
class Person:
    key: str

    @strawberry.field
    async def name(self, info: Info) -> str | None:
        fact = await info.context.name_of.load(self.key)
        return fact.value if fact else None

    @strawberry.field
    async def kin(self, info: Info) -> list["Person"]:
        fact = await info.context.kin_of.load(self.key)
        return [Person(key=key) for key in fact.value] if fact else []

    @strawberry.field
    async def must(self) -> str:
        raise ValueError("a non-null field fails")


@strawberry.type
class Item:
    key: strawberry.Private[str]

    @strawberry.field
    async def person(self) -> Person | None:
        return Person(key=self.key)


@strawberry.type
class Shelf:
    """Lists in lists, and resolvers that answer later: each a turn of the loop on the way down."""

    @strawberry.field
    async def rows(self) -> list["Shelf"]:
        return [Shelf(), Shelf()]

    @strawberry.field
    async def boxes(self) -> list["Shelf"]:
        return [Shelf(), Shelf()]

    @strawberry.field
    async def items(self) -> list[Item]:
        return [Item(key="deep"), Item(key="deep")]


@strawberry.type
class Query:
    @strawberry.field
    async def shelves(self) -> list[Shelf]:
        return [Shelf()]

    @strawberry.field
    def person(self, key: str) -> Person | None:
        return Person(key=key)

    @strawberry.field
    async def people(self, keys: list[str]) -> list[Item]:
        return [Item(key=key) for key in keys]

    @strawberry.field
    def groups(self, keys: list[str]) -> list[list[list[Item]]]:
        return [[[Item(key=key)]] for key in keys]


schema = strawberry.Schema(Query)


async def test_the_same_field_at_any_depth_of_lists_is_one_question() -> None:
    asked = Asked()
    answer = await schema.execute(
        """{ person(key: "a") { name }
             people(keys: ["b", "c"]) { person { name } }
             again: people(keys: ["c", "d"]) { person { name } }
             groups(keys: ["e", "a"]) { person { name } } }""",
        context_value=asked,
    )
    assert answer.errors is None
    assert answer.data
    assert answer.data["groups"][1] == [[{"person": {"name": "name of a"}}]]
    assert [sorted(keys) for keys in asked.names] == [["a", "b", "c", "d", "e"]]


async def test_a_field_at_the_top_waits_for_the_same_field_far_below() -> None:
    asked = Asked()
    answer = await schema.execute(
        """{ person(key: "a") { name }
             shelves { rows { boxes { rows { items { person { name } } } } } } }""",
        context_value=asked,
    )
    assert answer.errors is None
    assert asked.names == [["a", "deep"]]


async def test_each_hop_is_one_question_over_all_its_lists() -> None:
    asked = Asked()
    answer = await schema.execute(
        """{ person(key: "a") { kin { name } }
             people(keys: ["b", "c"]) { person { kin { name kin { name } } } } }""",
        context_value=asked,
    )
    assert answer.errors is None
    assert [len(keys) for keys in asked.kin] == [3, 4]
    assert [len(keys) for keys in asked.names] == [6, 8]


async def test_a_failed_non_null_field_costs_only_its_own_person() -> None:
    asked = Asked()
    answer = await schema.execute(
        """{ bad: person(key: "a") { name must } good: person(key: "a") { name } }""", context_value=asked
    )
    assert answer.errors
    assert len(answer.errors) == 1
    assert answer.data == {"bad": None, "good": {"name": "name of a"}}
    assert asked.names == [["a"]]
    await asked.round.close()
