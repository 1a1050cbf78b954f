"""Long columns, cancelled runs, faults, and futures of others."""

import asyncio
import gc
import importlib
from typing import Any

import pytest
import strawberry
from graphql import parse

from executor import Traits, by_column, run
from tests.executor.oracle.reference import referred
from tests.executor.running import Small

RUN = importlib.import_module("executor.run")  # its package has a function of that name


class Fault(BaseException):
    """No Exception: nothing that a field may fail with."""


@strawberry.type
class Slow:
    n: int

    @strawberry.field
    async def waits(self, info: strawberry.Info) -> str | None:
        info.context["began"] += 1
        try:
            await info.context["gate"].wait()
        finally:
            info.context["ended"] += 1
        return "waited"

    @strawberry.field
    async def quick(self) -> "Slow":
        await asyncio.sleep(0)
        return Slow(n=self.n)

    @strawberry.field
    def twice(self) -> int:
        return self.n * 2

    @strawberry.field
    async def breaks(self) -> str:
        await asyncio.sleep(0)
        raise Fault("broken")

    @strawberry.field
    async def fails(self) -> str:
        for _ in range(3):
            await asyncio.sleep(0)
        raise ValueError("failed")

    @strawberry.field
    async def fails_after(self, turns: int) -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise ValueError("failed as well")

    @strawberry.field
    def future(self, info: strawberry.Info) -> str | None:
        return info.context["future"]  # type: ignore[no-any-return]


async def breaks(roots: list[Any], info: strawberry.Info) -> list[Any]:
    raise Fault("in a column")


async def fails_after(roots: list[Any], info: strawberry.Info, turns: int) -> list[Any]:
    for _ in range(turns):
        await asyncio.sleep(0)
    raise ValueError("a column as well")


@strawberry.type
class Query:
    @strawberry.field
    def slow(self, many: int = 1) -> list[Slow | None]:
        return [Slow(n=n) for n in range(many)]

    @strawberry.field
    def must(self) -> Slow:
        return Slow(n=1)

    @strawberry.field
    def faulty(self) -> str:
        raise Fault("at once")

    column: str | None = strawberry.field(resolver=by_column(breaks))
    failing: str = strawberry.field(resolver=by_column(fails_after))


SMALL = Small(strawberry.Schema(Query))


def waiting() -> dict[str, Any]:
    return {"began": 0, "ended": 0, "gate": asyncio.Event()}


async def started(text: str, context: Any) -> "asyncio.Task[Any]":
    plan, values = SMALL.plan(text)
    return asyncio.create_task(run(plan, values, context=context))


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def others() -> set[Any]:
    return asyncio.all_tasks() - {asyncio.current_task()}


async def test_a_long_column_gives_the_loop_back_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUN, "SLICE", -1.0)  # each look at the clock finds that it took too long
    plan, values = SMALL.plan("{ slow(many: 1000) { twice } }")
    task = asyncio.create_task(run(plan, values, context=None))
    between = 0
    while not task.done():
        between += 1
        await asyncio.sleep(0)
    assert between > 1000 / RUN.BETWEEN_LOOKS / 2
    data = (await task).data
    assert data is not None
    assert [each["twice"] for each in data["slow"]] == [n * 2 for n in range(1000)]


async def test_a_cancelled_run_leaves_no_task_and_no_resolver_running() -> None:
    context = waiting()
    task = await started("{ slow(many: 3) { waits quick { waits } } }", context)
    await turns()
    assert context["began"] == 6
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (context["ended"], others()) == (6, set())


@pytest.mark.parametrize("after", range(12))
async def test_a_run_that_is_cancelled_at_any_moment_starts_nothing_more(after: int) -> None:
    context = waiting()
    task = await started("{ slow(many: 40) { n quick { n quick { quick { waits twice } waits } } } }", context)
    await turns(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (context["began"], others()) == (context["ended"], set())
    began = context["began"]
    await turns()
    assert (context["began"], others()) == (began, set())


async def test_a_run_whose_answer_is_lost_waits_for_nobody() -> None:
    context = waiting()
    task = await started("{ must { waits fails } slow { waits } }", context)
    outcome = await task
    assert (outcome.data, [error.message for error in outcome.errors]) == (None, ["failed"])
    assert (context["began"], context["ended"], others()) == (2, 2, set())


@pytest.mark.parametrize("field", ["must { failsAfter(turns: %d) }", "failing(turns: %d)"])
@pytest.mark.parametrize("after", range(8))
async def test_what_fails_in_the_moment_the_run_ends_is_heard(after: int, field: str) -> None:
    """asyncio logs failures that nobody has heard of, with their texts, which may hold anything."""
    unheard: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: unheard.append(context["message"]))
    said = await SMALL.compiled(f"{{ must {{ fails }} other: {field % after} }}")
    assert said.data is None
    await turns()
    gc.collect()
    assert unheard == []


@pytest.mark.parametrize("after", range(8))
async def test_a_long_column_goes_no_further_once_the_run_is_over(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUN, "SLICE", -1.0)
    context = waiting()
    task = await started("{ slow(many: 500) { quick { waits } twice } }", context)
    await turns(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    began = context["began"]
    await turns(50)
    assert (context["began"], context["ended"], others()) == (began, began, set())


@pytest.mark.parametrize(
    "text", ["{ faulty }", "{ column }", "{ slow { breaks } }", "{ slow { quick { breaks } waits } }"]
)
async def test_what_is_no_exception_of_a_resolver_is_raised_whoever_it_happens_to(text: str) -> None:
    context = waiting()
    with pytest.raises(Fault):
        await (await started(text, context))
    assert (context["began"], others()) == (context["ended"], set())


async def test_a_fault_of_the_host_that_is_told_of_records_is_not_lost() -> None:
    def on_value(*_: Any) -> None:
        raise Fault("the host's")

    plan, values = Small(SMALL.schema, Traits(watched=frozenset({"Slow"}), on_value=on_value)).plan(
        "{ slow { quick { n } } }"
    )
    with pytest.raises(Fault):
        await run(plan, values, context=None)


async def test_a_future_that_others_cancel_ends_the_run_as_with_graphql_core() -> None:
    text = "{ slow { future } }"
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0, future.cancel)
    with pytest.raises(asyncio.CancelledError):
        await SMALL.compiled(text, context={"future": future})
    with pytest.raises(asyncio.CancelledError):
        await referred(SMALL.schema, parse(text), {}, context={"future": future})


async def test_a_cancelled_future_below_a_null_ends_nothing() -> None:
    """Nobody waits for it any more."""
    context = waiting() | {"future": asyncio.get_running_loop().create_future()}
    task = await started("{ slow { fails future } other: slow { waits } }", context)
    await turns()
    context["future"].cancel()
    await turns()
    context["gate"].set()
    outcome = await task
    assert outcome.data == {"slow": [None], "other": [{"waits": "waited"}]}


async def test_a_future_of_others_is_waited_for_and_never_cancelled() -> None:
    context = waiting() | {"future": asyncio.get_running_loop().create_future()}
    task = await started("{ slow { future waits } }", context)
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not context["future"].cancelled()
    context["future"].set_exception(ValueError("nobody waits"))
    await turns()
    context.clear()
    gc.collect()


async def test_parents_whose_values_are_there_do_not_wait_for_the_others() -> None:
    """One that is slow holds up nobody of its column."""
    context = waiting() | {"order": []}

    @strawberry.type
    class Below:
        n: int

        @strawberry.field
        def seen(self, info: strawberry.Info) -> int:
            info.context["order"].append(self.n)
            if self.n == 0:
                info.context["gate"].set()
            return self.n

    @strawberry.type
    class Above:
        n: int

        @strawberry.field
        async def below(self, info: strawberry.Info) -> Below:
            if self.n:
                await info.context["gate"].wait()
            return Below(n=self.n)

    @strawberry.type
    class Query:
        @strawberry.field
        def all(self) -> list[Above]:
            return [Above(n=1), Above(n=0)]

    said = await Small(strawberry.Schema(Query)).compiled("{ all { below { seen } } }", context=context)
    assert said.data == {"all": [{"below": {"seen": 1}}, {"below": {"seen": 0}}]}
    assert context["order"] == [0, 1]
