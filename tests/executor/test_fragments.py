"""Who is told of the records of an answer, and JSON that is remembered for a record and a selection."""

import enum
import json
from collections.abc import Callable
from typing import Any

import pytest
import strawberry

from executor import Fragment, Traits, plain, run, written
from tests.executor.oracle.hostile import each_of
from tests.executor.running import Small


@strawberry.enum
class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


class Row:
    def __init__(self, n: int) -> None:
        self.reads = 0
        self.n = n
        self.day = "today"
        self.colour = Colour.BLUE

    @property
    def name(self) -> str:
        self.reads += 1
        return f"row «{self.n}»"


@strawberry.type
class Day:
    day: str


@strawberry.type
class Fact:
    n: int
    name: str
    colour: Colour

    @strawberry.field
    def more(self) -> str:
        return f"more of {self.name}"


@strawberry.type
class Query:
    @strawberry.field
    def facts(self, info: strawberry.Info) -> list[Fact]:
        return info.context["rows"]  # type: ignore[no-any-return]

    @strawberry.field
    def fact(self, info: strawberry.Info) -> Fact | None:
        return info.context["rows"][0]  # type: ignore[no-any-return]

    @strawberry.field
    def must(self, info: strawberry.Info) -> Fact:
        return info.context["rows"][0]  # type: ignore[no-any-return]

    @strawberry.field
    def day(self, info: strawberry.Info) -> Day:
        return info.context["rows"][0]  # type: ignore[no-any-return]

    @strawberry.field
    def days(self, info: strawberry.Info) -> list[Day]:
        return info.context["rows"]  # type: ignore[no-any-return]


SCHEMA = strawberry.Schema(Query)


class Memory:
    def __init__(self) -> None:
        self.kept: dict[int, dict[Any, Fragment]] = {}

    def of(self, row: Any) -> dict[Any, Fragment] | None:
        return self.kept.setdefault(row.n, {}) if row.n < 10 else None


def small(memory: Memory | None, **more: Any) -> Small:
    return Small(
        SCHEMA,
        Traits(watched=frozenset({"Fact", "Day"}), remembering=memory.of if memory is not None else None, **more),
    )


def rows(*numbers: int) -> dict[str, Any]:
    return {"rows": [Row(n) for n in numbers]}


async def test_a_record_is_written_once_for_a_selection_and_then_put_into_answers_as_it_is() -> None:
    memory, text = Memory(), "{ fact { n name colour __typename } }"
    first = await small(memory).compiled(text, context=rows(1))
    context = rows(1)
    again = await small(memory).compiled(text, context=context)
    assert first.json == again.json == (await small(None).compiled(text, context=rows(1))).json
    assert json.loads(first.json)["fact"] == {"n": 1, "name": "row «1»", "colour": "BLUE", "__typename": "Fact"}
    assert [row.reads for row in context["rows"]] == [0]


async def test_notes_on_a_fragment_are_nobodys_to_see() -> None:
    memory, text = Memory(), "{ fact { n } }"
    await small(memory).compiled(text, context=rows(1))
    for fragment in memory.kept[1].values():
        fragment.notes["secret"] = "secret"
    assert (await small(memory).compiled(text, context=rows(1))).json == b'{"fact":{"n":1}}'


async def test_another_selection_or_another_name_is_another_fragment() -> None:
    memory = Memory()
    for text in (
        "{ fact { n } }",
        "{ fact { m: n } }",
        "{ fact { n name } }",
        "{ fact { name n } }",
        "{ fact { name: n } }",
    ):
        plainly = await small(None).compiled(text, context=rows(1))
        assert (await small(memory).compiled(text, context=rows(1))).json == plainly.json
    assert len(memory.kept[1]) == 5


async def test_the_order_of_keys_is_the_selections_own() -> None:
    memory = Memory()
    await small(memory).compiled("{ fact { n name } }", context=rows(1))
    assert (await small(memory).compiled("{ fact { name n } }", context=rows(1))).json.startswith(b'{"fact":{"name"')


async def test_what_changes_while_its_record_does_not_is_not_remembered() -> None:
    memory = Memory()
    traits = small(memory, volatile=frozenset({"Day"}))
    context = rows(1)
    assert (await traits.compiled("{ day { day } }", context=context)).json == b'{"day":{"day":"today"}}'
    context["rows"][0].day = "tomorrow"
    assert (await traits.compiled("{ day { day } }", context=context)).json == b'{"day":{"day":"tomorrow"}}'
    assert memory.kept == {}


async def test_what_a_resolver_adds_is_not_remembered() -> None:
    memory = Memory()
    said = await small(memory).both(
        "{ fact { n more } }", context=lambda: {"rows": [Fact(n=1, name="a", colour=Colour.RED)]}
    )
    assert said.data == {"fact": {"n": 1, "more": "more of a"}}
    assert memory.kept == {}


async def test_a_record_that_came_by_itself_is_not_remembered() -> None:
    memory = Memory()
    await small(memory).compiled("{ fact { n } }", context=rows(11))
    assert memory.kept == {}


async def test_a_record_that_cannot_be_written_is_not_remembered() -> None:
    class Broken(Row):
        @property
        def name(self) -> str:
            raise ValueError("broken")

    memory = Memory()
    said = await small(memory).compiled("{ fact { n name } }", context={"rows": [Broken(1)]})
    assert (said.data, said.paths) == ({"fact": None}, [["fact", "name"]])
    assert memory.kept == {1: {}}


async def test_nothing_is_no_record_to_remember() -> None:
    nothing: dict[str, Any] = {"rows": [None]}
    assert (await small(Memory()).compiled("{ fact { n } }", context=nothing)).data == {"fact": None}
    said = await small(Memory()).compiled("{ must { n } }", context=nothing)
    assert (said.data, said.messages) == (None, ["Cannot return null for non-nullable field Query.must."])


async def test_the_host_is_told_each_record_that_an_answer_is_made_of_and_where() -> None:
    told: list[tuple[Any, ...]] = []

    def on_value(context: Any, value: Any, place_of: Callable[[], Any]) -> None:
        for place, record in each_of(value, place_of()):
            told.append((context["rows"][0] is record, record.n, place))

    watching = Small(SCHEMA, Traits(watched=frozenset({"Fact"}), on_value=on_value))
    await watching.compiled("{ a: facts { n } days { day } b: facts { more n } }", context=rows(1, 2))
    assert sorted(told, key=str) == [
        (False, 2, ("a", 1)),
        (False, 2, ("b", 1)),
        (True, 1, ("a", 0)),
        (True, 1, ("b", 0)),
    ]


async def test_the_host_is_told_of_remembered_records_too() -> None:
    memory, told = Memory(), []
    watching = small(memory, on_value=lambda _context, record, place_of: told.append((record.n, place_of())))
    for _ in range(2):
        await watching.compiled("{ fact { n } }", context=rows(1))
    assert told == [(1, ("fact",))] * 2


async def test_a_copy_of_the_data_has_nothing_but_what_json_has() -> None:
    memory = Memory()
    plan, values = small(memory).plan("{ fact { n name colour } }")
    outcome = await run(plan, values, context=rows(1))
    assert plain(outcome.data) == json.loads(written(outcome.data))
    assert type(plain(outcome.data)["fact"]) is dict


def test_what_json_knows_by_another_name_is_written_plainly() -> None:
    kinds = {"s": str, "i": int, "f": float, "d": dict, "l": list}
    values: dict[str, Any] = {"s": "é", "i": 5, "f": 1.5, "d": {"a": 1}, "l": [1]}
    answer = {name: type("Sub", (kind,), {})(values[name]) for name, kind in kinds.items()}
    assert json.loads(written(answer)) == values


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="Row is no value of an answer"):
        written({"a": Row(1)})
