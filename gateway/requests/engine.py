"""Runs flows: claims what is due, does a step, commits where the run goes on, tries again what failed.

Any number of processes may run engines over one database. A claim lasts `claim_seconds`, of the engine or of the flow;
a process that dies keeps nobody else from its runs for longer than that. `fence` grows with each claim, so that a
worker that was thought dead and is not commits nothing.
"""

import asyncio
import datetime
import functools
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import sqlalchemy as sa
import structlog

from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.settable import Count, Duration
from gateway.requests.database import Database, StoreUnavailable, microseconds, moment_of
from gateway.requests.flow import Advance, Flow, Run
from gateway.requests.tables import RUNS

_log = structlog.get_logger("gateway.requests")

# Where a process can die around a step: before its effect, between effect and commit, after the commit.
MOMENTS = ("claimed", "effected", "committed")

Observer = Callable[[str, str, str], None]
"""`observe(flow, step, moment)`: for tests that kill the process just there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Seconds. `claim_seconds` is for flows that say nothing else; `at_once` is how many steps run at the same time in
    one process."""

    claim_seconds: Duration = 60.0
    poll_seconds: Duration = 1.0
    at_once: Count = 16


class Engine:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: EngineSettings | None = None,
        *,
        observe: Observer | None = None,
    ) -> None:
        self._database, self._clock = database, clock
        self.flows: dict[str, Flow] = {}
        self._settings = settings or EngineSettings()
        self._observe = observe or (lambda _flow, _step, _moment: None)
        self._poked = asyncio.Event()
        self._held: dict[str, int] = {}

    def add(self, flow: Flow) -> None:
        """Before it runs."""
        self.flows[flow.name] = flow

    def poke(self) -> None:
        """Something was begun or woken in this process: look at once, instead of at the next poll."""
        self._poked.set()

    async def run(self) -> None:
        """Until it is cancelled; then steps that are under way are broken off, and done again by whoever comes next."""
        working: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._poked.clear()
                free = self._settings.at_once - len(working)
                claimed = await self._claim_or_nothing(free) if free else []
                for run, fence, woken in claimed:
                    task = asyncio.create_task(self._one(run, fence, woken))
                    working.add(task)
                    task.add_done_callback(functools.partial(self._finished, working))
                if len(claimed) < free or not free:
                    await self._until_poked()
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            await self._give_back()

    async def run_due(self) -> int:
        """Does what is due now and all that follows from it at once; says how many steps. For tests and commands."""
        done = 0
        while claimed := await self._claim(self._settings.at_once):
            await asyncio.gather(*(self._one(*each) for each in claimed))
            done += len(claimed)
        return done

    def _finished(self, working: "set[asyncio.Task[None]]", task: "asyncio.Task[None]") -> None:
        working.discard(task)
        self._poked.set()
        if not task.cancelled() and (problem := task.exception()):
            _log.error("run.broken", exception=type(problem).__qualname__)

    async def _until_poked(self) -> None:
        try:
            async with asyncio.timeout(self._settings.poll_seconds):
                await self._poked.wait()
        except TimeoutError:
            return

    async def _claim_or_nothing(self, most: int) -> list[tuple[Run, int, int]]:
        try:
            return await self._claim(most)
        except StoreUnavailable as problem:
            _log.error("run.unclaimed", problem=str(problem))
            return []

    async def _claim(self, most: int) -> list[tuple[Run, int, int]]:
        now = self._clock.now()
        moment = microseconds(now)
        free = sa.or_(RUNS.c.claimed_until.is_(None), RUNS.c.claimed_until <= moment)
        known = RUNS.c.flow.in_(self.flows)
        due = sa.select(RUNS.c.id).where(RUNS.c.due_at <= moment, free, known).order_by(RUNS.c.due_at).limit(most)
        async with self._database.reading() as connection:  # most polls find nothing, and then nobody is locked out
            if (await connection.execute(due.limit(1))).first() is None:
                return []
        due = due.with_for_update(skip_locked=True)
        taken = (
            sa.update(RUNS)
            .where(RUNS.c.id.in_(due.scalar_subquery()))
            .values(claimed_until=self._until(now), fence=RUNS.c.fence + 1)
            .returning(RUNS.c.id, RUNS.c.flow, RUNS.c.step, RUNS.c.attempt, RUNS.c.began_at, RUNS.c.fence, RUNS.c.woken)
        )
        async with self._database.writing() as connection:
            rows = (await connection.execute(taken)).all()
        return [(Run(r.id, r.flow, r.step, r.attempt, moment_of(r.began_at), now), r.fence, r.woken) for r in rows]

    def _until(self, now: datetime.datetime) -> "sa.ColumnElement[int] | int":
        """When a claim of now runs out."""
        others = microseconds(now + datetime.timedelta(seconds=self._settings.claim_seconds))
        own = {
            name: microseconds(now + datetime.timedelta(seconds=flow.claim_seconds))
            for name, flow in self.flows.items()
            if flow.claim_seconds is not None
        }
        return sa.case(own, value=RUNS.c.flow, else_=others) if own else others

    async def _give_back(self) -> None:
        """What was broken off in the middle is due at once for the next process, instead of when its claim runs out."""
        try:
            for run, fence in self._held.items():
                async with self._database.writing() as connection:
                    mine = (RUNS.c.id == run) & (RUNS.c.fence == fence)
                    await connection.execute(sa.update(RUNS).where(mine).values(claimed_until=None))
        except StoreUnavailable as problem:
            _log.error("run.unwritten", problem=str(problem))
        self._held.clear()

    async def _one(self, run: Run, fence: int, woken: int) -> None:
        self._held[run.id] = fence
        await self._step(run, fence, woken)
        self._held.pop(run.id, None)

    async def _step(self, run: Run, fence: int, woken: int) -> None:
        flow = self.flows[run.flow]
        self._observe(run.flow, run.step, "claimed")
        try:
            # Not longer than the claim: nobody else may be at this step while we are.
            async with asyncio.timeout((flow.claim_seconds or self._settings.claim_seconds) * 0.8):
                advance = await flow.steps[run.step](run)
            self._observe(run.flow, run.step, "effected")
            await self._commit(run, fence, woken, advance)
        except Lost:
            _log.warning("run.lost_its_claim", kind=run.flow)
            return
        except Exception as problem:
            await self._put_off(run, fence, woken, flow, problem)
            return
        self._observe(run.flow, run.step, "committed")

    async def _commit(self, run: Run, fence: int, woken: int, advance: Advance) -> None:
        due = microseconds(advance.at) if advance.at else None
        over = advance.step is None
        # Whoever woke the run meanwhile wants the next step to look: it is due at once then.
        next_due = sa.case((RUNS.c.woken != woken, microseconds(self._clock.now())), else_=due)
        async with self._database.writing() as connection:
            if advance.write is not None:
                await advance.write(connection)
            moved = await connection.execute(
                sa.update(RUNS)
                .where(RUNS.c.id == run.id, RUNS.c.fence == fence)
                .values(
                    step=advance.step or run.step,
                    due_at=None if over else next_due,
                    attempt=0,
                    claimed_until=None,
                    over=over,
                )
            )
            if moved.rowcount != 1:
                raise Lost

    async def _put_off(self, run: Run, fence: int, woken: int, flow: Flow, problem: Exception) -> None:
        wait = flow.retry.after(run.attempt)
        if isinstance(problem, SourceFailure):
            wait = max(wait, problem.retry_after or 0.0)
            _log.warning("run.put_off", kind=run.flow, reason=problem.code.value)
        else:
            _log.error("run.failed", kind=run.flow, exception=type(problem).__qualname__, trace=_frames(problem))
        again = microseconds(self._clock.now() + datetime.timedelta(seconds=wait))
        later = sa.case((RUNS.c.woken != woken, microseconds(self._clock.now())), else_=again)
        try:
            async with self._database.writing() as connection:
                await connection.execute(
                    sa.update(RUNS)
                    .where(RUNS.c.id == run.id, RUNS.c.fence == fence)
                    .values(due_at=later, attempt=run.attempt + 1, claimed_until=None)
                )
        except StoreUnavailable as unwritten:  # its claim runs out, and it is due as before
            _log.error("run.unwritten", problem=str(unwritten))


class Lost(Exception):
    """Another process has claimed the run since."""


def _frames(problem: BaseException) -> list[str]:
    """File, line and function of each frame; no source lines, no values."""
    return [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(problem.__traceback__, limit=-20)]


@asynccontextmanager
async def working(engine: Engine) -> AsyncIterator[Engine]:
    """Runs the engine while the block runs."""
    running = asyncio.create_task(engine.run())
    try:
        yield engine
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
