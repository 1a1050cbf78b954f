"""Resolvers that answer for many parents at once, and those that generated code may call."""

import asyncio
import gc
import weakref
from typing import Any

import pytest
import strawberry

from executor import Traits, by_column, pure, run
from tests.executor.running import Small


class Boom(Exception):
    pass


class Calls:
    def __init__(self) -> None:
        self.all: list[tuple[Any, ...]] = []


async def name_of(roots: list[Any], info: strawberry.Info) -> list[Any]:
    info.context.all.append(("name", [root.n for root in roots], info.path.as_list()))
    await asyncio.sleep(0)
    return [f"child {root.n}" for root in roots]


@strawberry.type
class Child:
    n: int
    name: str | None = strawberry.field(resolver=by_column(name_of))


async def children_of(roots: list[Any], info: strawberry.Info, many: int = 2) -> list[Any]:
    """One in four parents fails, one has none."""
    info.context.all.append(("children", [root.n for root in roots], many))
    await asyncio.sleep(0)
    return [
        Boom(f"of {root.n}") if root.n % 4 == 3 else None if root.n % 4 == 2 else [Child(n=n) for n in range(many)]
        for root in roots
    ]


async def must(roots: list[Any], info: strawberry.Info) -> list[Any]:
    return [Boom("must") if root.n == 1 else "here" for root in roots]


async def short(roots: list[Any], info: strawberry.Info) -> list[Any]:
    return ["too", "short"][: len(roots) - 1]


async def fails(roots: list[Any], info: strawberry.Info) -> list[Any]:
    raise Boom("all of it")


async def late(roots: list[Any], info: strawberry.Info) -> list[Any]:
    return [_late(root.n) for root in roots]


@strawberry.type
class Parent:
    n: int
    children: list[Child] | None = strawberry.field(resolver=by_column(children_of))
    must: str = strawberry.field(resolver=by_column(must))
    short: str | None = strawberry.field(resolver=by_column(short))
    fails: str | None = strawberry.field(resolver=by_column(fails))
    late: int | None = strawberry.field(resolver=by_column(late))


async def _late(n: int) -> int:
    await asyncio.sleep(0)
    if n == 2:
        raise Boom("late")
    return n


@strawberry.type
class Query:
    @strawberry.field
    def parents(self, many: int = 5) -> list[Parent | None]:
        return [Parent(n=n) for n in range(many)]


SMALL = Small(strawberry.Schema(Query))


async def test_a_column_is_asked_once_for_all_parents_of_a_place() -> None:
    calls = Calls()
    await SMALL.compiled("{ parents { children { name } } }", context=calls)
    assert calls.all == [
        ("children", [0, 1, 2, 3, 4], 2),
        ("name", [0, 1] * 3, ["parents", 0, "children", 0, "name"]),
    ]


async def test_a_column_answers_as_its_resolver_of_one_would() -> None:
    text = "{ parents { n children(many: 1) { name n } other: children(many: 0) { n } late } }"
    said = await SMALL.both(text, context=Calls)
    assert said.data["parents"][3] == {"n": 3, "children": None, "other": None, "late": 3}
    assert ["parents", 3, "children"] in said.paths


async def test_a_column_that_fails_fails_each_of_its_places() -> None:
    said = await SMALL.both("{ parents(many: 2) { fails n } }")
    assert said.paths == [["parents", 0, "fails"], ["parents", 1, "fails"]]


async def test_a_column_that_is_too_short_is_an_error_of_each_of_its_places() -> None:
    said = await SMALL.compiled("{ parents(many: 2) { short n } }")
    assert said.data == {"parents": [{"short": None, "n": 0}, {"short": None, "n": 1}]}
    assert said.messages == ["a column has one value for each of its roots"] * 2


async def test_a_column_is_not_asked_about_what_a_null_has_taken() -> None:
    calls = Calls()
    said = await SMALL.compiled(
        "{ parents(many: 2) { must } more: parents(many: 2) { must children { n } } }", context=calls
    )
    assert [each and each["must"] for each in said.data["more"]] == ["here", None]
    denied = Small(SMALL.schema, denied=frozenset({"n"}))
    calls.all.clear()
    said = await denied.compiled("{ parents(many: 2) { n children { n } } }", context=calls)
    assert said.data == {"parents": [None, None]}
    assert calls.all == []


async def test_a_resolver_that_is_no_column_is_none_under_graphql_core() -> None:
    """What Strawberry sees of a column is a resolver of one parent, with its arguments and its type."""
    field = SMALL.schema._schema.type_map["Parent"].fields["children"]  # type: ignore[attr-defined]
    assert str(field.type) == "[Child!]"
    assert list(field.args) == ["many"]


async def test_pure_resolvers_need_no_column_of_their_own() -> None:
    @strawberry.type
    class Leaf:
        n: int

        @strawberry.field
        @pure
        def doubled(self) -> int:
            return self.n * 2

        @strawberry.field
        @pure
        def told(self, info: strawberry.Info) -> str:
            return str(info.context)

        @strawberry.field
        @pure
        def fails(self) -> str | None:
            if self.n:
                raise Boom("odd")
            return "even"

    @strawberry.type
    class Query:
        @strawberry.field
        def leaves(self) -> list[Leaf]:
            return [Leaf(n=0), Leaf(n=1)]

    small = Small(strawberry.Schema(Query))
    plan, _ = small.plan("{ leaves { n doubled told } }")
    assert plan.root.fields[0].value is not None, "generated code completes the whole list"
    said = await small.both("{ leaves { n doubled told fails } }", context=lambda: "context")
    assert said.data["leaves"] == [
        {"n": 0, "doubled": 0, "told": "context", "fails": "even"},
        {"n": 1, "doubled": 2, "told": "context", "fails": None},
    ]


async def test_a_pure_resolver_that_asks_where_it_stands_is_told_the_truth() -> None:
    @strawberry.type
    class Leaf:
        n: int

        @strawberry.field
        @pure
        def where(self, info: strawberry.Info) -> str:
            return f"{info.field_name} {info.python_name} {info.path.as_list()}"

    @strawberry.type
    class Query:
        @strawberry.field
        def leaves(self) -> list[Leaf]:
            return [Leaf(n=0), Leaf(n=1)]

    said = await Small(strawberry.Schema(Query)).both("{ leaves { n w: where } }")
    assert said.data["leaves"][1]["w"] == "where where ['leaves', 1, 'w']"


def test_what_waits_is_not_pure() -> None:
    async def waits() -> None:
        return None

    with pytest.raises(TypeError, match="synchronous"):
        pure(waits)


async def test_denied_fields_fail_and_their_resolvers_are_not_called() -> None:
    class Closed(Exception):
        pass

    traits = Traits(denial=lambda nodes: Closed(f"{nodes[0].name.value} is closed"))
    small = Small(SMALL.schema, traits, frozenset({"children", "late"}))
    calls = Calls()
    text = "{ parents(many: 2) { n children { name } } }"
    said = await small.compiled(text, context=calls)
    assert said.data == {"parents": [{"n": 0, "children": None}, {"n": 1, "children": None}]}
    assert said.messages == ["children is closed"] * 2
    assert said.paths == [["parents", 0, "children"], ["parents", 1, "children"]]
    assert isinstance(said.errors[0].original_error, Closed)
    assert calls.all == []
    await small.both("{ parents { a: late b: children { n } n } }", context=Calls)


async def test_a_denied_attribute_is_not_read_and_not_released() -> None:
    class Record:
        open = "open"

        @property
        def closed(self) -> str:
            raise AssertionError("read")

    @strawberry.type
    class Thing:
        open: str
        closed: str | None

    @strawberry.type
    class Query:
        @strawberry.field
        def thing(self) -> Thing:
            return Record()  # type: ignore[return-value]

    small = Small(strawberry.Schema(Query), denied=frozenset({"closed"}))
    said = await small.both("{ thing { open closed again: closed } }")
    assert said.json == b'{"thing":{"open":"open","closed":null,"again":null}}'
    assert len(said.errors) == 2


async def test_a_run_leaves_nothing_to_the_search_for_garbage() -> None:
    """What holds itself in a circle dies only when it is looked for, which stops the whole process meanwhile."""
    plan, values = SMALL.plan("{ parents(many: 2) { n children(many: 1) { n name } } }")
    context = Calls()
    known = weakref.ref(context)
    gc.disable()
    try:
        await run(plan, values, context=context)
        del context
        assert known() is None
    finally:
        gc.enable()
