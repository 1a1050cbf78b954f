"""The flow of a list that was accepted: one step, tried until its branch has said whether it has recorded it.

The branch takes a list once under its reference, so a step that is done again changes nothing there; what it said is
written once, together with whose contributions have changed.
"""

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.premium_list import IntakeAnswer, ListIntake
from gateway.requests.flow import Advance, Flow, Retry, Run, end
from gateway.requests.premium_list.changes import ListChanges
from gateway.requests.premium_list.store import ListStore

FLOW = "premium list"


class Posting:
    def __init__(self, store: ListStore, changes: ListChanges, intake: ListIntake, clock: Clock, retry: Retry) -> None:
        self._store, self._changes, self._intake, self._clock = store, changes, intake, clock
        self.flow = Flow(FLOW, {"deliver": self.deliver}, retry)

    async def deliver(self, run: Run) -> Advance:
        submission = await self._store.by_id(run.id)
        if submission is None:
            raise LookupError("no such list")
        premium_list = await self._store.content(run.id)
        answer = await self._intake.deliver(run.id, submission.tracking_code, premium_list)

        async def write(connection: AsyncConnection) -> None:
            now = self._clock.now()
            await self._store.settle(connection, run.id, answer, now)
            if answer.answer is IntakeAnswer.RECORDED:
                await self._changes.note(connection, [worker.national_id for worker in premium_list.workers], now)

        return end(write)
