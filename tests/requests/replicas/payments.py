"""Many payments over several replicas on PostgreSQL, which are killed in between: no rial twice, none lost.

Payers start at some replica, pay at the twin's bank, and confirm at another, or the bank calls, or nobody tells. Now
and then a replica reads the bank's file of the day. The judge is the bank's own books.
"""

import asyncio
import datetime
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from starlette.applications import Starlette

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN
from gateway.requests.database import Database
from gateway.requests.tables import RUNS
from tests.requests.conftest import Board
from tests.requests.payments.counter import BILL
from tests.requests.postgres import running_postgresql
from tests.requests.replicas.books import Judgement, judged
from tests.requests.replicas.errands import Errand, drawn
from tests.requests.replicas.fleet import Fleet, sailing
from tests.requests.replicas.patience import MOST_SECONDS, until
from tests.requests.replicas.payers import UNTOUCHED, Bank, Payer, Story
from twin.listener import listening

MODULE = "tests.requests.replicas.payment_replica"
FLOW = "payment"
AT_ONCE = 8  # payers a replica
GRACE_SECONDS = 1.0
BANK_ERRORS = 0.02  # of the calls to it


@dataclass
class Outcome:
    errands: list[Errand]
    story: Story = field(default_factory=Story)
    judgement: Judgement = field(default_factory=Judgement)
    kills: int = 0
    own_deaths: int = 0
    asked_again: int = 0
    seconds: float = 0.0
    files: int = 0
    settled: int = 0
    orders: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not (self.wrong or self.own_deaths)

    @property
    def wrong(self) -> Counter[str]:
        return self.judgement.wrong + Counter(self.story.wrong)

    def page(self) -> str:
        judgement, story = self.judgement, self.story
        told = Counter(errand.told.value for errand in self.errands)
        manners = Counter(errand.manner.words for errand in self.errands)
        return "\n".join(
            [
                f"{len(self.errands):,} payers, {len(story.ends):,} tickets, {self.kills} kills, {self.seconds:.0f} s",
                f"wrong: {dict(self.wrong) or 'nothing'}   deaths that were no kills: {self.own_deaths}",
                f"the bank's books: {story.debits:,} debits; {judgement.confirmed:,} rial confirmed, "
                f"{judgement.reversed:,} reversed, rows {judgement.rows}",
                f"the ledger: {judgement.accounts}",
                f"tickets at the end: {judgement.tickets}   findings: {judgement.findings}",
                f"payers: {dict(manners)}",
                f"told by: {dict(told)}; {self.settled} moved by {self.files} readings of the file of the day",
                f"asked again after a death: {self.asked_again}   after SystemBusy: {story.busy}   "
                f"orders to the bank: {self.orders}",
                f"started in {_spread(story.start_ms)}; confirmed by mutation in {_spread(story.confirm_ms)}",
            ]
        )


def run(
    board: Board,
    payers: int,
    replicas: int,
    kills: int,
    *,
    seed: int = 1,
    pace: float | None = None,
    ticket_seconds: float = 12.0,
    claim_seconds: float = 5.0,
    files: int = 6,
) -> Outcome:
    """`board`: the twin with the bank, which is left as it was found. `pace`: so many begin a second; None: as fast as
    it goes, `AT_ONCE` a replica. `files`: so often the file of the day is read while payers are under way; once more at
    the end."""
    chance = random.Random(seed)
    outcome = Outcome([drawn(chance, payer) for payer in range(payers)])
    with running_postgresql() as store, tempfile.TemporaryDirectory() as folder:
        settings = {
            "bill": BILL.digits,
            "ticket_minutes": ticket_seconds / 60,
            "grace_seconds": GRACE_SECONDS,
            "pending_seconds": 2.0,
        }
        place = {
            "store": store,
            "documents": Path(folder).as_uri(),
            "bank": board.descriptor["bank_refah"],
            "claim_seconds": claim_seconds,
            "payments": settings,
        }
        fleet = Fleet(chance, Path(folder) / "log", work=payers, kills=kills)
        over_seconds = ticket_seconds + 2 * GRACE_SECONDS
        asyncio.run(_pay_all(place, board.descriptor["control"], replicas, fleet, outcome, pace, over_seconds, files))
    return outcome


async def _pay_all(
    place: dict[str, Any],
    control: str,
    replicas: int,
    fleet: Fleet,
    outcome: Outcome,
    pace: float | None,
    over_seconds: float,
    files: int,
) -> None:
    bank = Bank(control)
    window = asyncio.Semaphore(AT_ONCE * replicas)
    every = max(1, len(outcome.errands) // files)

    async def one(errand: Errand) -> None:
        payer = Payer(errand, fleet, bank, outcome.story, over_seconds)
        if errand.manner.waits:
            await payer.goes()  # mostly asleep: it holds up nobody
        else:
            async with window:
                await payer.goes()
        fleet.one_done()
        if errand.payer % every == every - 1:
            await _file_is_read(fleet, outcome)

    async with asyncio.timeout(MOST_SECONDS), _port_kept() as port:
        await bank.set(callback_url=f"http://127.0.0.1:{port}/callbacks/bank-refah")
        await bank.fails(BANK_ERRORS)
        async with sailing(fleet, MODULE, place | {"port": port}, replicas):
            began = time.monotonic()
            async with asyncio.TaskGroup() as payers:
                for errand in outcome.errands:
                    payers.create_task(one(errand))
                    await asyncio.sleep(1 / pace if pace else 0)
            await _quiet(place["store"], fleet, outcome.story.spent)
            await bank.fails(0)
            await _file_is_read(fleet, outcome)
            await _quiet(place["store"], fleet, outcome.story.spent)
            await bank.set(**UNTOUCHED)
            outcome.seconds = time.monotonic() - began
    outcome.orders = await bank.orders()
    outcome.kills, outcome.own_deaths, outcome.asked_again = fleet.kills, fleet.own_deaths, fleet.asked_again
    outcome.judgement = await judged(place["store"], bank, outcome.story)
    await bank.close()


async def _file_is_read(fleet: Fleet, outcome: Outcome) -> None:
    """Of today, by some replica; again where the bank fails."""
    day = Day.from_gregorian(datetime.datetime.now(TEHRAN).date())

    async def it_is_read() -> bool:
        report = await fleet.ask(do="reconcile", day=day.jalali)
        outcome.settled += report.get("settled", 0)
        return bool(report["said"] == "Report")

    await until(it_is_read)
    outcome.files += 1


async def _quiet(store: str, fleet: Fleet, spent: set[str]) -> None:
    """Until no payment has anything before it, save those that an operator must look at."""

    async def nothing_is_left() -> bool:
        return not (fleet.kill_if_left() or await _due(store) - spent)

    await until(nothing_is_left, pause=1.0)


async def _due(store: str) -> set[str]:
    database = Database(store, seconds=30)
    try:
        async with database.reading() as connection:
            due = sa.select(RUNS.c.id).where(RUNS.c.flow == FLOW, RUNS.c.due_at.is_not(None))
            return set((await connection.execute(due)).scalars())
    finally:
        await database.close()


@asynccontextmanager
async def _port_kept() -> AsyncIterator[int]:
    """A port that nobody else takes, while replicas come and go on it."""
    async with listening(Starlette()) as keeper:
        keeper.refuse()
        await keeper.settled()
        yield keeper.port


def _spread(milliseconds: list[float]) -> str:
    took = sorted(milliseconds)
    if not took:
        return "no time: none was asked for"
    return f"{statistics.median(took):.0f} ms (median), {took[int(len(took) * 0.95)]:.0f} ms (95 of 100)"
