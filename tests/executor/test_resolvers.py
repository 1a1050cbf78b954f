"""What resolvers are given, and what of Strawberry's own stands between them and the executor."""

import asyncio
import datetime
import enum
from collections.abc import Callable
from typing import Annotated, Any

import pytest
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from executor import plain, run
from tests.executor.running import Small


@strawberry.enum
class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


@strawberry.input
class Box:
    size: int
    items: list[int] = strawberry.field(default_factory=lambda: [1])


@strawberry.type
class Echo:
    n: int

    @strawberry.field
    def said(
        self,
        a: int,
        b: str | None = "b",
        c: Colour = Colour.RED,
        many: list[int] | None = None,
        day: datetime.date | None = None,
    ) -> str:
        return f"{self.n} {a} {b} {c.name} {many} {day!r}"

    @strawberry.field
    def spoilt(self, box: Box, many: list[int]) -> str:
        said = f"{box} {many}"
        box.items.append(99)
        box.size = -1
        many.append(98)
        return said

    @strawberry.field
    def mixed(self, info: strawberry.Info, rootless: int = 1) -> str:
        return f"{info.field_name} {info.python_name} {info.path.as_list()} {info.context} {info.variable_values}"

    @strawberry.field
    async def later(self, info: strawberry.Info) -> list[str]:
        await asyncio.sleep(0)
        return [getattr(each, "name", "") for each in info.selected_fields]


def of_root(root: Echo) -> int:
    return root.n


def of_parent(parent: strawberry.Parent[Any]) -> int:
    return int(parent.n)


@strawberry.type
class Named(Echo):
    root: int = strawberry.field(resolver=of_root)
    parent: int = strawberry.field(resolver=of_parent)


@strawberry.type
class Query:
    @strawberry.field
    def echoes(self) -> list[Named]:
        return [Named(n=1), Named(n=2)]


SMALL = Small(strawberry.Schema(Query))


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ echoes { said(a: 1) } }", {}),
        ('{ echoes { said(a: 1, b: null, c: BLUE, many: 3, day: "2020-01-02") } }', {}),
        ("query ($a: Int!, $b: String) { echoes { said(a: $a, b: $b) } }", {"a": 3.0}),
        ('query ($a: Int!, $b: String = "x") { echoes { said(a: $a, b: $b) } }', {"a": 3}),
        ("query ($c: Colour!, $many: [Int!]) { echoes { said(a: 1, c: $c, many: $many) } }", {"c": "BLUE", "many": 7}),
        ("query ($day: Date) { echoes { said(a: 1, day: $day) } }", {"day": "2020-01-02"}),
    ],
)
async def test_arguments_are_literals_variables_and_defaults(text: str, variables: dict[str, Any]) -> None:
    await SMALL.both(text, variables)


async def test_an_argument_that_does_not_fit_is_the_error_of_each_field_that_has_it() -> None:
    text = "query ($a: Int = 3) { echoes { n said(a: $a) } }"
    said = await SMALL.both(text, {"a": None})
    assert (said.data, len(said.errors)) == (None, 1)
    assert (await SMALL.both(text)).data["echoes"][1]["said"] == "2 3 b RED None None"


async def test_what_one_resolver_does_to_its_arguments_no_other_sees() -> None:
    text = "query ($box: Box!, $many: [Int!]!) { echoes { spoilt(box: $box, many: $many) } }"
    said = await SMALL.both(text, {"box": {"size": 5}, "many": [6]})
    assert said.data == {"echoes": [{"spoilt": "Box(size=5, items=[1]) [6]"}] * 2}
    said = await SMALL.both("{ echoes { spoilt(box: {size: 5}, many: 6) } }")
    assert said.data == {"echoes": [{"spoilt": "Box(size=5, items=[1]) [6]"}] * 2}


async def test_what_a_scalar_of_ones_own_makes_of_a_literal_is_shared_only_if_it_cannot_be_changed() -> None:
    from strawberry.scalars import JSON

    @strawberry.type
    class Thing:
        @strawberry.field
        def of(self, json: JSON) -> str:
            said = repr(json)
            json["spoilt"] = True  # type: ignore[index]
            return said

    @strawberry.type
    class Query:
        @strawberry.field
        def names(self) -> list[Thing]:
            return [Thing(), Thing()]

    small = Small(strawberry.Schema(Query))
    plan, values = small.plan('{ names { of(json: {a: "b"}) } }')
    for _ in range(2):
        outcome = await run(plan, values, context=None)
        assert plain(outcome.data) == {"names": [{"of": "{'a': 'b'}"}] * 2}


async def test_a_resolver_is_told_where_it_stands() -> None:
    text = "query Q($n: Int = 4) { some: echoes { x: mixed(rootless: $n) later } }"
    said = await SMALL.both(text, context=lambda: "the context")
    assert said.data["some"][1]["x"] == "mixed mixed ['some', 1, 'x'] the context {'n': 4}"


async def test_a_resolver_may_call_its_source_root_or_parent() -> None:
    assert (await SMALL.both("{ echoes { root parent } }")).data["echoes"] == [
        {"root": 1, "parent": 1},
        {"root": 2, "parent": 2},
    ]


async def test_permissions_and_extensions_keep_their_say() -> None:
    class Even(BasePermission):
        message = "odd"

        def has_permission(self, source: Any, info: strawberry.Info, **said: Any) -> bool:
            return bool(source.n % 2 == 0) and said.get("by", 0) != 13

    class EvenLater(BasePermission):
        message = "odd, later"

        async def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
            await asyncio.sleep(0)
            return bool(source.n % 2 == 0)

    class Loud(FieldExtension):
        def resolve(self, next_: Callable[..., Any], source: Any, info: strawberry.Info, **said: Any) -> Any:
            return str(next_(source, info, **said)).upper()

    called: list[int] = []

    @strawberry.type
    class Thing:
        n: int
        secret: str | None = strawberry.field(permission_classes=[Even])

        @strawberry.field(permission_classes=[EvenLater])  # type: ignore[untyped-decorator]
        async def later(self) -> str | None:
            called.append(self.n)
            return "later"

        @strawberry.field(extensions=[Loud()])  # type: ignore[untyped-decorator]
        def loud(self, by: int = 2) -> str:
            return "a" * by

    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]:
            return [Thing(n=n, secret=f"s{n}") for n in range(2)]

    said = await Small(strawberry.Schema(Query)).both("{ things { secret later loud(by: 3) more: loud } }")
    assert said.data["things"][0] == {"secret": "s0", "later": "later", "loud": "AAA", "more": "AA"}
    assert said.data["things"][1] == {"secret": None, "later": None, "loud": "AAA", "more": "AA"}
    assert called == [0, 0]


async def test_a_resolver_may_answer_with_a_future_of_its_own() -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def future(self) -> str:
            future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(future.set_result, "came")
            return future  # type: ignore[return-value]

    assert (await Small(strawberry.Schema(Query)).both("{ a: future b: future }")).data == {"a": "came", "b": "came"}


async def test_an_info_of_the_schemas_own_is_what_resolvers_get() -> None:
    class Told(strawberry.Info):
        @property
        def more(self) -> str:
            return f"more of {self.field_name}"

    @strawberry.type
    class Query:
        @strawberry.field
        def what(self, info: strawberry.Info) -> str:
            return info.more  # type: ignore[attr-defined,no-any-return]

    small = Small(strawberry.Schema(Query, config=StrawberryConfig(info_class=Told)))
    assert (await small.both("{ what }")).data == {"what": "more of what"}


async def test_exceptions_that_the_schema_turns_into_values_are_values() -> None:
    class Refused(Exception):
        pass

    @strawberry.type
    class Refusal:
        why: str

    @strawberry.type
    class Thing:
        n: int

    class AsRefusal(strawberry.ExceptionHandler[Refused, Refusal]):
        def handle(self, exception: Refused, *, field: Any, info: Any) -> Refusal:
            return Refusal(why=str(exception))

    Result = Annotated[Thing | Refusal, strawberry.union("Result")]  # noqa: N806

    class Record:
        @property
        def read(self) -> Any:
            raise Refused("as it was read")

    @strawberry.type
    class Holder:
        read: Result

        @strawberry.field
        def asked(self) -> Result:
            raise Refused("as it was asked")

    @strawberry.type
    class Query:
        @strawberry.field
        def holder(self) -> Holder:
            return Record()  # type: ignore[return-value]

    small = Small(strawberry.Schema(Query, exception_handlers=[AsRefusal()]))
    said = await small.both("{ holder { read { ... on Refusal { why } } asked { ... on Refusal { why } } } }")
    assert said.data == {"holder": {"read": {"why": "as it was read"}, "asked": {"why": "as it was asked"}}}


async def test_the_data_of_root_reach_the_first_fields() -> None:
    @strawberry.type
    class Query:
        name: str

        @strawberry.field
        def twice(self, info: strawberry.Info) -> str:
            return f"{self.name} {info.root_value.name}"

    said = await Small(strawberry.Schema(Query)).compiled("{ name twice }", root=Query(name="root"))
    assert said.data == {"name": "root", "twice": "root root"}


async def test_mutations_run_one_after_the_other_and_stop_where_all_is_lost() -> None:
    order: list[str] = []

    @strawberry.type
    class Query:
        n: int = 1

    @strawberry.type
    class Done:
        @strawberry.field
        async def below(self) -> str:
            await asyncio.sleep(0)
            order.append("below")
            return "below"

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        async def slow(self, n: int) -> Done:
            order.append(f"begin {n}")
            for _ in range(5):
                await asyncio.sleep(0)
            order.append(f"end {n}")
            return Done()

        @strawberry.mutation
        def fails(self) -> str:
            order.append("fails")
            raise ValueError("no")

    small = Small(strawberry.Schema(Query, Mutation))
    said = await small.compiled("mutation { a: slow(n: 1) { below } fails b: slow(n: 2) { below } }")
    assert (said.data, said.messages) == (None, ["no"])
    assert order == ["begin 1", "end 1", "below", "fails"]
    order.clear()
    await small.compiled("mutation { a: slow(n: 1) { below } b: slow(n: 2) { below } }")
    assert order == ["begin 1", "end 1", "below", "begin 2", "end 2", "below"]


async def test_merged_fields_keep_the_order_of_their_first_mention() -> None:
    text = """
    query ($yes: Boolean!) {
      echoes { ...F said(a: 1) n ... @include(if: $yes) { zwei: n ...F } }
      echoes { parent n __typename @skip(if: $yes) }
    }
    fragment F on Named { root aaa: n }
    """
    for yes in (True, False):
        said = await SMALL.both(text, {"yes": yes})
    assert list(said.data["echoes"][0]) == ["root", "aaa", "said", "n", "parent", "__typename"]


async def test_nothing_selected_is_an_empty_object() -> None:
    assert (await SMALL.both("{ echoes { n @skip(if: true) } }")).json == b'{"echoes":[{},{}]}'
    assert (await SMALL.both("{ echoes @skip(if: true) { n } }")).json == b"{}"
