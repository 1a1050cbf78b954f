"""The engine: one transaction a step, one worker a run, and nothing forgotten."""

import asyncio
import dataclasses
import datetime
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.failure import Source, SourceClosed
from gateway.requests.database import Database
from gateway.requests.engine import Engine, EngineSettings, working
from gateway.requests.flow import Advance, Flow, Retry, Run, Write, begin, end, go, rest, wait, wake
from gateway.requests.tables import METADATA, RUNS
from tests.requests.fakes import SteppingClock

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("run", sa.String), sa.Column("step", sa.String))
SETTINGS = EngineSettings(claim_seconds=10.0, poll_seconds=0.02)


@dataclass
class Work:
    """A flow of three steps whose effects and writings are counted."""

    database: Database
    clock: SteppingClock
    effects: list[tuple[str, str]] = field(default_factory=list)
    failing: Exception | None = None
    resting: bool = False
    gate: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def flow(self) -> Flow:
        return Flow("work", {"one": self.one, "two": self.two, "three": self.three}, Retry(first=1, most=8))

    def engine(self) -> Engine:
        engine = Engine(self.database, self.clock, SETTINGS)
        engine.add(self.flow)
        return engine

    async def one(self, run: Run) -> Advance:
        await self._effect(run)
        return go("two", run, self._note(run))

    async def two(self, run: Run) -> Advance:
        await self._effect(run)
        if self.resting:
            return rest("two", self._note(run))
        return wait("three", run.now + datetime.timedelta(hours=1), self._note(run))

    async def three(self, run: Run) -> Advance:
        await self._effect(run)
        return end(self._note(run))

    async def _effect(self, run: Run) -> None:
        self.effects.append((run.id, run.step))
        self.began.set()
        if self.gate:
            await self.gate.wait()
        if self.failing:
            raise self.failing

    def _note(self, run: Run) -> Write:
        async def write(connection: AsyncConnection) -> None:
            await connection.execute(NOTES.insert().values(run=run.id, step=run.step))

        return write

    async def begin(self, *runs: str) -> None:
        async with self.database.writing() as connection:
            for run in runs:
                await begin(connection, self.flow, run, self.clock.now())

    async def notes(self) -> list[tuple[str, str]]:
        async with self.database.reading() as connection:
            return [(row.run, row.step) for row in await connection.execute(NOTES.select())]

    async def due(self, run: str) -> tuple[str, int | None, int]:
        async with self.database.reading() as connection:
            row = (await connection.execute(RUNS.select().where(RUNS.c.id == run))).one()
        return row.step, row.due_at, row.attempt


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Work]:
    database = Database(f"sqlite:///{tmp_path}/runs.db")
    await database.open(METADATA, NOTES.metadata)
    yield Work(database, SteppingClock())
    await database.close()


async def test_steps_follow_each_other_and_a_wait_is_waited_for(work: Work) -> None:
    await work.begin("a")
    engine = work.engine()
    assert await engine.run_due() == 2
    work.clock.move(minutes=59)
    assert await engine.run_due() == 0
    work.clock.move(minutes=1)
    assert await engine.run_due() == 1
    work.clock.move(days=9)
    assert await engine.run_due() == 0
    assert await work.notes() == work.effects == [("a", "one"), ("a", "two"), ("a", "three")]


async def test_two_engines_share_the_runs_and_do_none_twice(work: Work) -> None:
    runs = [f"run {n}" for n in range(40)]
    await work.begin(*runs)
    await asyncio.gather(work.engine().run_due(), work.engine().run_due())
    assert sorted(work.effects) == sorted([(run, step) for run in runs for step in ("one", "two")])


async def test_a_claim_that_ran_out_is_taken_over_and_the_slow_worker_writes_nothing(work: Work) -> None:
    await work.begin("a")
    work.gate = asyncio.Event()
    slow = asyncio.create_task(work.engine().run_due())
    await work.began.wait()
    assert await work.engine().run_due() == 0, "it is claimed"
    work.clock.move(seconds=SETTINGS.claim_seconds)
    gate, work.gate = work.gate, None
    await work.engine().run_due()
    before = await work.notes()
    gate.set()
    await slow
    assert await work.notes() == before == [("a", "one"), ("a", "two")]
    assert work.effects.count(("a", "one")) == 2


async def test_a_flow_whose_steps_take_long_is_claimed_for_longer(work: Work) -> None:
    hasty = EngineSettings(claim_seconds=0.01)
    first, second = (Engine(work.database, work.clock, hasty) for _ in range(2))
    for engine in (first, second):
        engine.add(dataclasses.replace(work.flow, claim_seconds=60.0))
    work.gate = asyncio.Event()
    await work.begin("a")
    slow = asyncio.create_task(first.run_due())
    await work.began.wait()
    work.clock.move(seconds=59)
    assert await second.run_due() == 0
    await asyncio.sleep(0.05)  # longer than a claim of the engine's own
    work.gate.set()
    await slow
    assert work.effects == [("a", "one"), ("a", "two")]


async def test_what_fails_is_tried_again_later_and_later_and_never_given_up(work: Work) -> None:
    await work.begin("a")
    work.failing = RuntimeError("no luck")
    engine, pauses = work.engine(), []
    for _ in range(7):
        began = work.clock.at
        while not await engine.run_due():
            work.clock.move(seconds=1)
        pauses.append((work.clock.at - began).seconds)
    assert pauses == [0, 1, 2, 4, 8, 8, 8]
    assert await work.notes() == []
    work.failing = None
    work.clock.move(seconds=8)
    await engine.run_due()
    assert await work.notes() == [("a", "one"), ("a", "two")]


async def test_a_system_that_says_when_to_come_again_is_not_asked_before(work: Work) -> None:
    await work.begin("a")
    work.failing = SourceClosed(Source.MEDICAL_COMMISSION, retry_after=3_600)
    engine = work.engine()
    await engine.run_due()
    work.clock.move(minutes=59)
    assert await engine.run_due() == 0
    work.clock.move(minutes=1)
    assert await engine.run_due() == 1


async def test_one_run_that_fails_stands_in_nobodys_way(work: Work) -> None:
    await work.begin("a", "b")
    engine = work.engine()
    effect = work._effect

    async def of_a(run: Run) -> None:
        await effect(run)
        if run.id == "a":
            raise RuntimeError("no luck")

    work._effect = of_a  # type: ignore[method-assign]
    await engine.run_due()
    assert await work.notes() == [("b", "one"), ("b", "two")]


async def test_who_rests_goes_on_when_woken(work: Work) -> None:
    work.resting = True
    await work.begin("a")
    engine = work.engine()
    await engine.run_due()
    work.clock.move(days=400)
    assert await engine.run_due() == 0
    work.resting = False
    async with work.database.writing() as connection:
        await wake(connection, "a", work.clock.now())
    assert await engine.run_due() == 1
    assert (await work.due("a"))[0] == "three"


async def test_who_is_woken_at_work_looks_again_when_the_step_is_done(work: Work) -> None:
    work.resting = True
    await work.begin("a")
    work.gate = asyncio.Event()
    engine = work.engine()
    running = asyncio.create_task(engine.run_due())
    await work.began.wait()
    async with work.database.writing() as connection:
        await wake(connection, "a", work.clock.now())
    work.gate.set()
    await running
    assert work.effects.count(("a", "two")) == 1
    step, due, _ = await work.due("a")
    assert (step, due) == ("two", None)


async def test_a_run_that_is_over_is_not_woken(work: Work) -> None:
    await work.begin("a")
    engine = work.engine()
    await engine.run_due()
    work.clock.move(hours=1)
    await engine.run_due()
    async with work.database.writing() as connection:
        await wake(connection, "a", work.clock.now())
    assert await engine.run_due() == 0


async def test_a_run_of_a_flow_that_is_not_known_here_is_left_to_others(work: Work) -> None:
    await work.begin("a")
    assert await Engine(work.database, work.clock, SETTINGS).run_due() == 0


async def test_a_running_engine_does_what_is_begun_and_gives_back_what_it_breaks_off(work: Work) -> None:
    work.gate = asyncio.Event()
    async with working(work.engine()) as engine:
        await work.begin("a")
        engine.poke()
        await work.began.wait()
    work.gate = None
    assert await work.engine().run_due() == 2, "nobody waits until the claim runs out"
    assert await work.notes() == [("a", "one"), ("a", "two")]


async def test_what_a_step_writes_and_where_its_run_goes_on_are_one_transaction(work: Work) -> None:
    await work.begin("a")
    engine = work.engine()

    async def broken(connection: AsyncConnection) -> None:
        await connection.execute(NOTES.insert().values(run="a", step="half"))
        raise sa.exc.OperationalError("insert", {}, OSError("disk full"))

    work._note = lambda run: broken  # type: ignore[method-assign]
    await engine.run_due()
    assert await work.notes() == []
    assert (await work.due("a"))[0] == "one"
