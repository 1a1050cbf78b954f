"""Interfaces and unions: whose type is asked for at once, later, or by the value itself."""

import asyncio
from typing import Annotated, Any

import strawberry

from executor.plan import BYTES_A_FIELD
from tests.executor import chains
from tests.executor.running import Small

asked: list[str] = []


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Cat(Named):
    lives: int


@strawberry.type
class Dog(Named):
    @strawberry.field
    def barks(self) -> str:
        return f"{self.name} barks"


@strawberry.interface
class Late:
    """Each type is asked, later, whether a value is its own."""

    name: str


class Record:
    def __init__(self, kind: str) -> None:
        self.kind = self.name = kind


def _is(kind: str) -> Any:
    async def is_type_of(cls: type, obj: Any, _info: Any) -> bool:
        await asyncio.sleep(0)
        asked.append(f"{kind}?")
        return bool(obj.kind == kind)

    return classmethod(is_type_of)


@strawberry.type
class First(Late):
    is_type_of = _is("first")


@strawberry.type
class Second(Late):
    is_type_of = _is("second")

    @strawberry.field
    def more(self) -> str:
        return "more"


@strawberry.interface
class Told:
    """Says what its values are; what it says may be wrong."""

    name: str

    @classmethod
    def resolve_type(cls, obj: Any, _info: Any, _kind: Any) -> Any:
        if obj.kind.startswith("late "):
            return _later(obj.kind.removeprefix("late "))
        return {"none": None, "five": 5}.get(obj.kind, obj.kind)


async def _later(kind: str) -> Any:
    await asyncio.sleep(0)
    return {"none": None, "five": 5}.get(kind, kind)


@strawberry.type
class Circle(Told):
    is_type_of = classmethod(lambda cls, obj, _info: "Circle" in obj.kind)


@strawberry.type
class Square(Told):
    is_type_of = _is("late Square")


TOLD = (
    "Circle",
    "late Circle",
    "late Square",
    "Square",
    "none",
    "late none",
    "five",
    "late five",
    "Nowhere",
    "Told",
    "Cat",
)


@strawberry.type
class Query:
    @strawberry.field
    def pets(self) -> list[Annotated[Cat | Dog, strawberry.union("Pet")]]:
        return [Cat(name="Tom", lives=9), Dog(name="Rex"), Cat(name="Kit", lives=1)]

    @strawberry.field
    def named(self) -> list[Named | None]:
        return [Dog(name="Rex"), Cat(name="Tom", lives=9), Record("no animal"), None]  # type: ignore[list-item]

    @strawberry.field
    def late(self) -> list[Late | None]:
        return [Record(kind) for kind in ("first", "second", "third", "first")]  # type: ignore[misc]

    @strawberry.field
    def second(self) -> Second | None:
        return Record("first")  # type: ignore[return-value]

    @strawberry.field
    def seconds(self) -> list[Second]:
        return [Record("second"), Record("second")]  # type: ignore[list-item]

    @strawberry.field
    def told(self) -> list[Told | None]:
        return [Record(kind) for kind in TOLD]  # type: ignore[misc]

    @strawberry.field
    def cat(self) -> Cat | None:
        return Record("no cat")  # type: ignore[return-value]


SMALL = Small(strawberry.Schema(Query, types=[First, Second, Circle, Square]))


async def test_the_fields_of_a_value_are_those_of_its_own_type() -> None:
    text = "{ pets { __typename ... on Cat { lives name } ... on Dog { barks name } } }"
    said = await SMALL.both(text)
    assert list(said.data["pets"][0]) == ["__typename", "lives", "name"]
    assert said.data["pets"][1] == {"__typename": "Dog", "barks": "Rex barks", "name": "Rex"}


async def test_a_value_of_no_possible_type_is_an_error_of_its_own_place() -> None:
    said = await SMALL.both("{ named { name ... on Cat { lives } } cat { name } }")
    assert said.data["named"][2:] == [None, None]
    assert sorted(said.paths, key=str) == [["cat"], ["named", 2]]


async def test_types_may_be_asked_later_whether_a_value_is_theirs() -> None:
    """And the types' coroutines are all awaited: warnings are errors here."""
    said = await SMALL.both("{ late { __typename name ... on Second { more } } }")
    assert [each and each["__typename"] for each in said.data["late"]] == ["First", "Second", None, "First"]
    assert said.paths == [["late", 2]]


async def test_a_type_that_is_asked_later_may_deny_its_own() -> None:
    said = await SMALL.both("{ second { name } seconds { name more } }")
    assert said.data == {"second": None, "seconds": [{"name": "second", "more": "more"}] * 2}
    assert said.messages[0].startswith("Expected value of type 'Second' but got: ")


async def test_a_type_that_is_asked_later_is_asked_once_for_each_value_it_is_known_for() -> None:
    plan_text = "{ seconds { name } }"
    asked.clear()
    await SMALL.compiled(plan_text)
    assert asked == ["second?", "second?"]


async def test_what_an_interface_says_of_its_values_may_come_later_and_be_wrong() -> None:
    said = await SMALL.both("{ told { __typename name } }")
    assert [each and each["__typename"] for each in said.data["told"]] == [
        "Circle",
        "Circle",
        "Square",
        *[None] * (len(TOLD) - 3),
    ]
    assert len(said.errors) == len(TOLD) - 3


async def test_a_selection_under_several_types_is_compiled_once() -> None:
    """Each level has two types that lead to the next: without that, twenty levels would be a million selections."""
    small = Small(chains.SCHEMA)
    said = await small.both(chains.spread(6))
    assert said.data["first"]["next"]["next"]["name"] == "rl"
    plan, _ = small.plan(chains.spread(20))
    assert plan.size < 200 * BYTES_A_FIELD


async def test_a_pure_type_below_an_abstract_one_is_written_for_it() -> None:
    said = await SMALL.both("{ pets { ... on Cat { name lives again: name } } }")
    assert said.data["pets"][2] == {"name": "Kit", "lives": 1, "again": "Kit"}
