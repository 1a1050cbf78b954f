"""Lists, nulls, and how far a null spreads; each time as graphql-core has it."""

import asyncio
import functools
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, get_args, get_origin

import pytest
import strawberry
from graphql import Undefined

from tests.executor.running import Said, Small


class Boom(Exception):
    pass


@functools.cache
def schema_of(kind: Any) -> Small:
    """The context makes the value: of a resolver's field, and of a record's attribute, which generated code reads."""

    class Record:
        other = "other"

        def __init__(self, made: Callable[[], Any]) -> None:
            self._made = made

        @property
        def field(self) -> Any:
            return self._made()

    @strawberry.type
    class Thing:
        field: kind
        other: str

    def found(info: strawberry.Info) -> Any:
        return info.context()

    found.__annotations__["return"] = kind

    @strawberry.type
    class Query:
        field = strawberry.field(resolver=found)

        @strawberry.field
        def other(self) -> str:
            return "other"

        @strawberry.field
        def thing(self, info: strawberry.Info) -> Thing | None:
            return Record(info.context)  # type: ignore[return-value]

    return Small(strawberry.Schema(Query))


async def of_resolver(kind: Any, value: Callable[[], Any]) -> Said:
    return await schema_of(kind).both("{ field other }", context=lambda: value)


async def of_attribute(kind: Any, value: Callable[[], Any]) -> Said:
    return await schema_of(kind).both("{ thing { other field } }", context=lambda: value)


def raising() -> Any:
    raise Boom("boom")


BAD: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "an exception": lambda: Boom("returned"),
    "undefined": lambda: Undefined,
    "too large": lambda: 2**40,
    "soon too large": lambda: soon(2**40),
}


def many(kind: Any) -> Any:
    return list[kind]


def maybe(kind: Any) -> Any:
    return kind | None


LEAVES: list[Any] = [int, maybe(int)]
LISTS = [each for leaf in LEAVES for each in (many(leaf), maybe(many(leaf)))]
DEPTHS: list[Any] = [
    *LEAVES,
    *LISTS,
    *[each for of in LISTS for each in (many(of), maybe(many(of)))],
    *[maybe(many(maybe(many(of)))) for of in LISTS],
]


async def soon(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def nested(kind: Any, bad: Callable[[], Any], at: int, depth: int = 0) -> Any:
    """A value of the type, with `bad` in place of a list or leaf at the depth."""
    if depth == at:
        return bad()
    inner = [each for each in get_args(kind) if each is not type(None)]
    if not inner:
        return 7
    if get_origin(kind) is not list:
        return nested(inner[0], bad, at, depth)
    return [nested(inner[0], bad, at, depth + 1), nested(inner[0], lambda: 7, 9, depth + 1)]


@pytest.mark.parametrize("wrong", BAD)
@pytest.mark.parametrize("kind", DEPTHS, ids=str)
async def test_a_null_spreads_to_the_nearest_place_that_may_be_null(kind: Any, wrong: str) -> None:
    for at in range(str(kind).count("list") + 1):
        assert nested(kind, lambda: "here", at)

        def value(at: int = at) -> Any:
            return nested(kind, BAD[wrong], at)

        await of_resolver(kind, value)
        await of_attribute(kind, value)


async def test_a_null_at_the_root_leaves_no_data() -> None:
    said = await of_resolver(int, lambda: None)
    assert said.data is None
    assert said.json == b"null"
    assert said.messages == ["Cannot return null for non-nullable field Query.field."]


@pytest.mark.parametrize(
    "values",
    [
        lambda: (1, 2),
        lambda: deque([1, 2]),
        lambda: {1: "a"}.keys(),
        lambda: (n for n in (1, 2)),
        lambda: range(3),
        lambda: "text",
        lambda: {"a": 1},
        lambda: 5,
        list,
    ],
)
async def test_whatever_can_be_iterated_is_a_list_but_texts_and_mappings(values: Callable[[], Any]) -> None:
    await of_resolver(list[int] | None, values)
    await of_attribute(list[int] | None, values)


async def test_a_list_that_breaks_off_is_null_and_nobody_asks_for_what_came_before() -> None:
    asked: list[int] = []

    @strawberry.type
    class Item:
        n: int

        @strawberry.field
        def name(self) -> str:
            asked.append(self.n)
            return "name"

    def items() -> Iterator[Item]:
        yield Item(n=1)
        raise Boom("no more")

    @strawberry.type
    class Query:
        @strawberry.field
        def items(self) -> list[Item] | None:
            return items()  # type: ignore[return-value]

    said = await Small(strawberry.Schema(Query)).compiled("{ items { n name } }")
    assert (said.data, said.messages, said.paths) == ({"items": None}, ["no more"], [["items"]])
    assert asked == []


async def test_async_iterables_are_lists() -> None:
    async def numbers(fails: bool) -> AsyncIterator[int]:
        for n in range(3):
            await asyncio.sleep(0)
            yield n
        if fails:
            raise Boom("no more")

    assert (await of_resolver(list[int], lambda: numbers(False))).data["field"] == [0, 1, 2]
    said = await of_resolver(list[int] | None, lambda: numbers(True))
    assert (said.data, said.paths) == ({"field": None, "other": "other"}, [["field"]])
    await of_attribute(list[int] | None, lambda: numbers(False))


async def test_awaitables_in_lists_come_one_by_one() -> None:
    async def late(n: int) -> Any:
        for _ in range(3 - n):
            await asyncio.sleep(0)
        return n if n else raising()

    said = await of_resolver(list[int | None], lambda: [late(0), late(1), 5, late(2)])
    assert said.data["field"] == [None, 1, 5, 2]
    assert said.paths == [["field", 0]]
    said = await of_resolver(list[int] | None, lambda: [late(1), late(0), 5])
    assert said.data == {"field": None, "other": "other"}


async def test_an_attribute_may_be_awaitable() -> None:
    """And no coroutine that generated code met stays unawaited: warnings are errors here."""
    assert (await of_attribute(str, lambda: soon("late"))).data["thing"]["field"] == "late"

    async def late_list() -> list[Any]:
        return [1, soon(2)]

    assert (await of_attribute(list[int], late_list)).data["thing"]["field"] == [1, 2]
    await of_attribute(int | None, lambda: soon(None))


async def test_an_awaitable_is_no_value_of_a_scalar_of_ones_own() -> None:
    from strawberry.scalars import JSON

    said = await of_attribute(JSON, lambda: soon({"a": 1}))
    assert said.data["thing"]["field"] == {"a": 1}


async def test_undefined_is_nothing() -> None:
    for kind in (str, str | None, strawberry.ID, float | None, bool):
        await of_attribute(kind, lambda: Undefined)


async def test_an_error_below_a_place_that_has_become_null_is_dropped() -> None:
    """The null may come later than the error: a client sees no error of what it does not see."""

    @strawberry.type
    class Inner:
        @strawberry.field
        def early(self) -> str | None:
            raise Boom("early")

        @strawberry.field
        async def late(self) -> str:
            for _ in range(5):
                await asyncio.sleep(0)
            raise Boom("late")

    @strawberry.type
    class Query:
        @strawberry.field
        def inner(self) -> Inner | None:
            return Inner()

        @strawberry.field
        def beside(self) -> str | None:
            raise Boom("beside")

    said = await Small(strawberry.Schema(Query)).compiled("{ inner { early late } beside }")
    assert said.data == {"inner": None, "beside": None}
    assert sorted(said.messages) == ["beside", "late"]


async def test_an_error_after_the_null_is_dropped_too() -> None:
    @strawberry.type
    class Inner:
        @strawberry.field
        async def late(self) -> str | None:
            for _ in range(9):
                await asyncio.sleep(0)
            raise Boom("late")

        @strawberry.field
        async def early(self) -> str:
            raise Boom("early")

    @strawberry.type
    class Query:
        @strawberry.field
        def inner(self) -> Inner | None:
            return Inner()

    said = await Small(strawberry.Schema(Query)).compiled("{ inner { late early } }")
    assert (said.data, said.messages) == ({"inner": None}, ["early"])


async def test_what_a_null_has_taken_is_not_asked_for() -> None:
    asked: list[str] = []

    @strawberry.type
    class Deep:
        @strawberry.field
        def name(self) -> str:
            asked.append("name")
            return "name"

    @strawberry.type
    class Inner:
        n: int

        @strawberry.field
        def must(self) -> str:
            return "here" if self.n else raising()

        @strawberry.field
        def after(self) -> Deep:
            asked.append(f"after {self.n}")
            return Deep()

    @strawberry.type
    class Query:
        @strawberry.field
        def inners(self) -> list[Inner | None]:
            return [Inner(n=0), Inner(n=1)]

    said = await Small(strawberry.Schema(Query)).both("{ inners { must after { name } } }")
    assert said.data == {"inners": [None, {"must": "here", "after": {"name": "name"}}]}
    assert asked == ["after 1", "name"] * 2


async def test_a_record_of_another_class_in_the_same_list_is_read_by_its_own() -> None:
    """A function written for one class is not used for another, whose attributes may be read in another way."""
    from executor import Traits

    class Slow:
        name = "plain"

    class Odd:
        name = "odd, as attribute"
        kept = "odd"

    @strawberry.type
    class Thing:
        name: str

    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]:
            return [Slow(), Odd(), Slow(), Odd()]  # type: ignore[list-item]

    traits = Traits(expression=lambda cls, name: "{o}.kept" if cls is Odd else None)
    said = await Small(strawberry.Schema(Query), traits).compiled("{ things { name } }")
    assert [each["name"] for each in said.data["things"]] == ["plain", "odd", "plain", "odd"]


async def test_more_classes_than_functions_are_written_for_answer_alike() -> None:
    @strawberry.type
    class Thing:
        name: str

    classes = [type(f"C{n}", (), {"name": f"n{n}"}) for n in range(40)]

    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]:
            return [cls() for cls in classes for _ in range(2)]

    said = await Small(strawberry.Schema(Query)).both("{ things { name } }")
    assert [each["name"] for each in said.data["things"]] == [f"n{n}" for n in range(40) for _ in range(2)]


@pytest.mark.parametrize("value", [2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**40, True, 3.0, 3.5, "3"])
async def test_an_int_has_thirty_two_bits(value: Any) -> None:
    await of_attribute(int | None, lambda: value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1, True, "1.5", 1e308, -0.0])
async def test_a_float_is_finite(value: Any) -> None:
    await of_attribute(float | None, lambda: value)


async def test_an_attribute_may_bear_the_name_of_a_keyword() -> None:
    record = type("Record", (), {"class": "first"})

    @strawberry.type
    class Thing:
        rank: str

    Thing.__strawberry_definition__.fields[0].python_name = "class"  # type: ignore[attr-defined]

    @strawberry.type
    class Query:
        @strawberry.field
        def thing(self) -> Thing:
            return record()  # type: ignore[no-any-return]

    assert (await Small(strawberry.Schema(Query)).both("{ thing { class } }")).data == {"thing": {"class": "first"}}
