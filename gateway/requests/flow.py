"""The port of durable execution: a Flow is named steps, a Run is one life of it, kept in the database step by step.

A step first does its effect outside, then says where the run goes on and what is to be written; both become durable in
one transaction. A process that dies in between leaves the run at its step, and any other does the step again: so an
effect must be safe to repeat, by a reference under which the other side takes it once. What is *written* happens once:
a worker that lost its claim meanwhile commits nothing (`engine`).

    begin(connection, …)   in the transaction of whoever starts it: there is no request without its run, nor the reverse
    wake(connection, …)    something happened that a resting or waiting run should look at now
"""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.requests.database import microseconds
from gateway.requests.tables import RUNS

Write = Callable[[AsyncConnection], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Run:
    """What a step is told: whose life it is, how often this step has been tried before, and the clock's now."""

    id: str
    flow: str
    step: str
    attempt: int
    began_at: datetime.datetime
    now: datetime.datetime


@dataclass(frozen=True, slots=True)
class Advance:
    """Where a run goes: to `step` (None: it is over), not before `at` (None: only when woken), having written."""

    step: str | None
    at: datetime.datetime | None
    write: Write | None = None


def go(step: str, run: Run, write: Write | None = None) -> Advance:
    """On at once."""
    return Advance(step, run.now, write)


def wait(step: str, until: datetime.datetime, write: Write | None = None) -> Advance:
    """On at a moment, or when woken."""
    return Advance(step, until, write)


def rest(step: str, write: Write | None = None) -> Advance:
    """On when woken."""
    return Advance(step, None, write)


def end(write: Write | None = None) -> Advance:
    return Advance(None, None, write)


StepFunction = Callable[[Run], Awaitable[Advance]]


@dataclass(frozen=True, slots=True)
class Retry:
    """Seconds before a failed step is tried again: `first`, each time `factor` as long, `most` in the end. No last try:
    what was accepted is carried out, or an operator ends it."""

    first: float = 1.0
    factor: float = 2.0
    most: float = 3_600.0

    def after(self, attempt: int) -> float:
        """`attempt` counts the failures so far, from 0."""
        return float(min(self.most, self.first * self.factor ** min(attempt, 64)))


@dataclass(frozen=True, slots=True)
class Flow:
    """`steps` in the order in which a run meets them: the first begins. `claim_seconds`: how long a step is claimed
    for, and most of which it may take; None: as long as the engine says."""

    name: str
    steps: Mapping[str, StepFunction]
    retry: Retry = field(default_factory=Retry)
    claim_seconds: float | None = None

    @property
    def first(self) -> str:
        return next(iter(self.steps))


async def begin(
    connection: AsyncConnection, flow: Flow, run: str, now: datetime.datetime, *, at: datetime.datetime | None = None
) -> None:
    """Starts a run under an id of the caller's, at once or at a moment. An id that exists already raises."""
    moment = microseconds(now)
    await connection.execute(
        sa.insert(RUNS).values(
            id=run,
            flow=flow.name,
            step=flow.first,
            due_at=microseconds(at) if at else moment,
            attempt=0,
            began_at=moment,
            fence=0,
            woken=0,
            over=False,
        )
    )


async def wake(connection: AsyncConnection, run: str, now: datetime.datetime) -> None:
    """Also a run that is at work just now looks again when its step is done. One that is over stays so."""
    await connection.execute(
        sa.update(RUNS)
        .where(RUNS.c.id == run, RUNS.c.over.is_(False))
        .values(woken=RUNS.c.woken + 1, due_at=microseconds(now), attempt=0)
    )
