"""One cycle as a durable flow: gather whom the month's events concern, assess them, carry out, tell them.

Each step does a batch and commits it with where the run goes on. A process that dies in between leaves the batch to be
done again: the registry's feed goes on from its cursor, a case is gathered and granted once by the tables' keys, and
what is done outside is done under the case's id, which the other side takes once.

    gather      read a page of the registry's events; whom they concern becomes a case
    assess      ask the systems about a batch of cases, and apply the rules
    carry_out   order payment documents, or file the end of a dependency
    tell        send the messages
"""

import asyncio
import datetime
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.clock import TEHRAN, Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.messages import Outbox
from gateway.domain.registry_event import FeedPage, RegistryFeed
from gateway.requests.cycles.book import Cycle, CycleBook, rules_of
from gateway.requests.cycles.case import Case, CycleKind, Effect, Outcome, Told, Verdict
from gateway.requests.cycles.settings import CycleSettings
from gateway.requests.database import Database
from gateway.requests.flow import Advance, Flow, Retry, Run, begin, end, go
from gateway.requests.rules.reckoning import month_of

FLOW = "cycle"


class NotYet(Exception):
    """The month has not ended: not all of its events are there."""


class MonthlyCycles:
    """`database`, `book` and `clock` of the ground; `kinds` by their names."""

    def __init__(
        self,
        database: Database,
        book: CycleBook,
        kinds: Mapping[str, CycleKind],
        feed: RegistryFeed,
        outbox: Outbox,
        clock: Clock,
        settings: CycleSettings,
        retry: Retry,
    ) -> None:
        self._database, self.book, self._kinds = database, book, kinds
        self._feed, self._outbox, self._clock, self._settings = feed, outbox, clock, settings
        steps = {
            "gather": self._gather,
            "assess": self._assess,
            "carry_out": self._carry_out,
            "tell": self._tell,
        }
        self.flow = Flow(FLOW, steps, retry)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._kinds)

    async def begin(self, kind: str, month: YearMonth, since: YearMonth | None = None) -> Cycle:
        """The cycle, begun if it was not; one that is over and has left somebody out is taken up again.

        `since` is of the first cycle of its kind alone; left out, that begins with its own month.
        Raises NotYet, StoreUnavailable.
        """
        today = Day.from_gregorian(self._clock.now().astimezone(TEHRAN).date())
        if month_of(today) <= month:
            raise NotYet(f"{month} has not ended: not all of its events are registered yet.")
        wanted = Cycle(kind=kind, month=month, since=since or month, runs=1, over=False)
        known = await self.book.cycle(wanted.name)
        try:
            async with self._database.writing() as connection:
                if known is None:
                    await self.book.add(connection, wanted, self._clock.now())
                    await begin(connection, self.flow, wanted.run, self._clock.now())
                elif known.over and await self._left_out(known):
                    await self.book.take_up_again(connection, known)
                    again = msgspec.structs.replace(known, runs=known.runs + 1, over=False)
                    await begin(connection, self.flow, again.run, self._clock.now())
        except (sa.exc.IntegrityError, LookupError):
            pass  # another process began it in the same moment
        return await self._known(wanted.name)

    async def schedule(self) -> None:
        """Begins last month's cycle of each kind when it is time, unless one is known. Raises StoreUnavailable."""
        today = Day.from_gregorian(self._clock.now().astimezone(TEHRAN).date())
        last = YearMonth.from_ordinal(month_of(today).ordinal - 1)
        for kind in self._kinds:
            try:
                async with self._database.writing() as connection:
                    await self._add_scheduled(connection, kind, last)
            except sa.exc.IntegrityError:
                continue  # it was begun before, by us or by another replica

    async def _add_scheduled(self, connection: AsyncConnection, kind: str, month: YearMonth) -> None:
        cycle = Cycle(kind=kind, month=month, since=month, runs=1, over=False)
        await self.book.add(connection, cycle, self._clock.now())
        await begin(connection, self.flow, cycle.run, self._clock.now(), at=ended(month, self._settings.at))

    async def _left_out(self, cycle: Cycle) -> bool:
        return bool((await self.book.report(cycle)).outcomes.get(Outcome.UNREAD.value))

    async def _gather(self, run: Run) -> Advance:
        cycle, kind = await self._of(run)
        read = await self.book.cursor(cycle.kind)
        page = await self._feed.read(read, self._settings.page)
        # Up to the first of a later month: what may follow it, though registered earlier, is the next cycle's.
        events = list(itertools.takewhile(lambda e: month_of_registration(e.registered_on) <= cycle.month, page.events))
        cases: dict[str, Case] = {}
        for event in events:
            if month_of_registration(event.registered_on) < cycle.since:
                continue
            for person in kind.concerned(event):
                once = f"{cycle.kind}:{kind.once(event, person, cycle.month)}"
                cases[once] = Case(
                    id=self.book.id_of(once),
                    person=person,
                    sequence=event.sequence,
                    registered_on=event.registered_on,
                )
        now_at = events[-1].sequence if events else read

        async def write(connection: AsyncConnection) -> None:
            await self.book.gather(connection, cycle, list(cases.items()), read, now_at)

        return go("assess" if self._is_all(page, len(events), now_at) else "gather", run, write)

    @staticmethod
    def _is_all(page: FeedPage, taken: int, now_at: int) -> bool:
        """An event of a later month has come, or the feed has no more."""
        return taken < len(page.events) or now_at >= page.last

    async def _assess(self, run: Run) -> Advance:
        cycle, kind = await self._of(run)
        batch = await self.book.to_assess(cycle, self._settings.batch)
        if not batch:
            return go("carry_out", run)
        said = await kind.assess([case for case, _ in batch])
        failures = [verdict for verdict in said.values() if isinstance(verdict, SourceFailure)]
        if len(failures) == len(batch) and (down := next((f for f in failures if f.retryable and not f.branch), None)):
            raise down  # a whole system is down, which is nobody's try: it is waited for
        decided: list[tuple[Case, Verdict]] = []
        failed: list[SourceFailure] = []
        again: list[Case] = []
        for case, tried in batch:
            verdict = said[case.id]
            if not isinstance(verdict, SourceFailure):
                decided.append((case, verdict))
            elif verdict.retryable and tried + 1 < self._settings.tries:
                failed.append(verdict)
                again.append(case)
            else:
                decided.append((case, Verdict(outcome=Outcome.UNREAD)))
        verdicts, grants = await self._granted_once(kind, decided)
        unread = {case.id: f"unread.{_name(said[case.id])}" for case, _ in batch if _failed(said[case.id])}

        async def write(connection: AsyncConnection) -> None:
            await self.book.write(connection, [_assessed(case, unread) for case in verdicts], grants)
            await self.book.tried(connection, again)

        if failed and not verdicts:  # nobody could be assessed: they are asked again later, not at once
            wait = max(self.flow.retry.after(batch[0][1]), *(failure.retry_after or 0.0 for failure in failed))
            return Advance("assess", run.now + datetime.timedelta(seconds=wait), write)
        return go("assess", run, write)

    async def _granted_once(
        self, kind: CycleKind, decided: Sequence[tuple[Case, Verdict]]
    ) -> tuple[list[Case], dict[str, str]]:
        """The cases with their verdicts; a second grant to the same person becomes a refusal."""
        wanted = {
            case.id: once
            for case, verdict in decided
            if verdict.outcome is Outcome.GRANTED and (once := kind.granted_once(case)) is not None
        }
        taken = await self.book.granted(wanted.values())
        cases: list[Case] = []
        grants: dict[str, str] = {}
        for case, verdict in decided:
            once = wanted.get(case.id)
            if once is not None and once in taken:
                refused = Verdict(outcome=Outcome.REFUSED, reasons=(kind.granted_before(),))
                cases.append(msgspec.structs.replace(case, verdict=refused))
                continue
            if once is not None:
                taken.add(once)
                grants[case.id] = once
            cases.append(msgspec.structs.replace(case, verdict=verdict))
        return cases, grants

    async def _carry_out(self, run: Run) -> Advance:
        cycle, kind = await self._of(run)
        batch = await self.book.to_carry_out(cycle, self._settings.batch)
        if not batch:
            return go("tell", run)
        done = await asyncio.gather(*(_carried_out(kind, case) for case in batch))
        changes = [
            (msgspec.structs.replace(case, effect=said[0], document=said[1]), {"effect": said[0].value})
            for case, said in zip(batch, done, strict=True)
            if not isinstance(said, SourceFailure)
        ]
        return self._on("carry_out", run, batch, done, changes)

    async def _tell(self, run: Run) -> Advance:
        cycle, kind = await self._of(run)
        batch = await self.book.to_tell(cycle, self._settings.batch)
        if not batch:

            async def close(connection: AsyncConnection) -> None:
                await self.book.close(connection, cycle, self._clock.now())
                if self._settings.scheduled:
                    await self._schedule_next(connection, cycle)

            return end(close)
        done = await asyncio.gather(*(self._told(kind, case) for case in batch))
        changes: list[tuple[Case, dict[str, Any]]] = [
            (case, {"told": said.value})
            for case, said in zip(batch, done, strict=True)
            if not isinstance(said, SourceFailure)
        ]
        return self._on("tell", run, batch, done, changes)

    async def _schedule_next(self, connection: AsyncConnection, cycle: Cycle) -> None:
        following = YearMonth.from_ordinal(cycle.month.ordinal + 1)
        try:
            async with connection.begin_nested():
                await self._add_scheduled(connection, cycle.kind, following)
        except sa.exc.IntegrityError:
            return  # it is known already

    def _on(
        self,
        step: str,
        run: Run,
        batch: Sequence[Case],
        done: Sequence[object],
        changes: list[tuple[Case, dict[str, Any]]],
    ) -> Advance:
        """The same step again for the rest; later, where nothing at all could be done."""
        failed = [(case, said) for case, said in zip(batch, done, strict=True) if isinstance(said, SourceFailure)]
        if failed and not changes:
            raise failed[0][1]

        async def write(connection: AsyncConnection) -> None:
            await self.book.write(connection, changes)
            await self.book.tried(connection, [case for case, _ in failed])  # they come last now

        return go(step, run, write)

    async def _told(self, kind: CycleKind, case: Case) -> Told | SourceFailure:
        message = kind.message(case)
        if message is None:
            return Told.NOTHING
        try:
            return Told((await self._outbox.send(message)).value)
        except SourceFailure as failure:
            return failure if failure.retryable else Told.REFUSED_US

    async def _of(self, run: Run) -> tuple[Cycle, CycleKind]:
        _, kind, month, _ = run.id.split(":")
        return await self._known(f"{kind}:{month}"), self._kinds[kind]

    async def _known(self, name: str) -> Cycle:
        cycle = await self.book.cycle(name)
        if cycle is None:
            raise LookupError("a run without its cycle")
        return cycle


def ended(month: YearMonth, at: datetime.time) -> datetime.datetime:
    """The moment in Tehran at which a Jalali month is over and it is `at`."""
    following = YearMonth.from_ordinal(month.ordinal + 1)
    first = Day(following.year, following.month, 1).gregorian
    assert first is not None  # noqa: S101 - it is known to the day
    return datetime.datetime.combine(first, at, TEHRAN).astimezone(datetime.UTC)


def month_of_registration(day: Day) -> YearMonth:
    """Old births are registered in a year; they count to its first month."""
    return YearMonth(day.year, day.month or 1)


async def _carried_out(kind: CycleKind, case: Case) -> tuple[Effect, str | None] | SourceFailure:
    try:
        return await kind.carry_out(case)
    except SourceFailure as failure:
        return failure if failure.retryable else (Effect.REFUSED_US, None)


def _assessed(case: Case, unread: Mapping[str, str]) -> tuple[Case, dict[str, Any]]:
    verdict = case.verdict
    assert verdict is not None  # noqa: S101 - it was just given
    names = [unread[case.id]] if case.id in unread else [reason.rule for reason in verdict.reasons]
    columns = {"outcome": verdict.outcome.value, "rules": rules_of(names)}
    return case, columns | ({"amount": verdict.amount} if verdict.outcome is Outcome.GRANTED else {})


def _failed(said: Verdict | SourceFailure) -> bool:
    return isinstance(said, SourceFailure)


def _name(said: Verdict | SourceFailure) -> str:
    return said.source.value.lower().replace("_", "-") if isinstance(said, SourceFailure) else ""
