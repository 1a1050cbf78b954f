"""The nightly reconciliation: the bank's file of a day against our tickets, line by line, both ways.

A line settles what it can by itself (confirmed, reversed); what it leaves open, and what the file should have and
lacks, is asked anew. Lines of payments that no ticket of ours asked for are left alone: they came by other ways.

The flow has a run for each day, which begins the next day's: a gateway that was away for a week reads a week's files.
"""

import datetime
from collections import defaultdict

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN, Clock
from gateway.domain.payment_bank import PaymentBank, ReconciliationFile
from gateway.domain.payment_events import AskAgain, Reconciled
from gateway.domain.payment_ticket import BankReceipt, PaymentTicket, PostingKind
from gateway.requests.database import Database, microseconds
from gateway.requests.flow import Advance, Flow, Run, begin, end
from gateway.requests.payments.tables import POSTINGS, RECONCILIATIONS
from gateway.requests.payments.tickets import Tickets
from gateway.stores.engines import INSERT

_log = structlog.get_logger(__name__)

LATEST_CREDIT = datetime.timedelta(days=10)  # after the day it was paid; the bank's own lag was 48 to 72 hours
ONE_DAY = datetime.timedelta(days=1)
CLAIM_SECONDS = 900.0  # the bank may take minutes for a file, and so may a night's worth of what nobody has told us


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Of one day's file. `ours`: lines of our tickets; `settled`: tickets that moved by it; `doubted`: credited money
    that the file should have and lacks, so that the bank is asked again."""

    day: str
    lines: int
    unreadable: int
    ours: int
    settled: int
    doubted: int


class Reconciliation:
    """`at` is the time of day in Tehran from which the file of the day before is there (unknown: a setting)."""

    def __init__(
        self, database: Database, tickets: Tickets, bank: PaymentBank, clock: Clock, *, at: datetime.time
    ) -> None:
        self._database, self._tickets, self._bank, self._clock, self._at = database, tickets, bank, clock, at
        self.flow = Flow("payment-reconciliation", {"read": self._read}, claim_seconds=CLAIM_SECONDS)

    async def schedule(self) -> None:
        """Begins the run of yesterday's file, unless one is known. Raises StoreUnavailable."""
        try:
            async with self._database.writing() as connection:
                await self._begin(connection, self._today() - ONE_DAY)
        except sa.exc.IntegrityError:
            return  # it was begun before, by us or by another replica

    async def from_bank(self, day: Day) -> Report:
        """Raises SourceFailure, StoreUnavailable."""
        return await self.settle(await self._bank.reconciliation(day))

    async def settle(self, file: ReconciliationFile) -> Report:
        """May be done any number of times with the same file. Raises StoreUnavailable."""
        lines = _by_payment(file)
        events = [
            (ticket, Reconciled(tuple(lines[ticket.identifier.digits])))
            for ticket in await self._tickets.of_identifiers(list(lines))
        ]
        # Nearly all of a night's lines say what we know. Only the others are taken up, each in its transaction.
        unmoved = await self._tickets.unmoved(events, self._clock.now())
        settled = 0
        for ticket, event in events:
            if ticket.id not in unmoved:
                step = await self._tickets.apply(ticket.id, event, self._clock.now())
                settled += step.ticket.state is not ticket.state
        doubted = await self._doubt_what_is_missing(file)
        report = Report(
            day=_packed(file.day),
            lines=len(file.receipts),
            unreadable=file.unreadable,
            ours=sum(len(event.receipts) for _, event in events),
            settled=settled,
            doubted=doubted,
        )
        await self._keep(report)
        _log.info("payments.reconciled", **msgspec.structs.asdict(report))
        return report

    async def _read(self, run: Run) -> Advance:
        day = Day.from_yyyymmdd(int(run.id.rpartition(":")[2]))
        await self.from_bank(day)
        gregorian = day.gregorian
        assert gregorian is not None  # noqa: S101 - packed by `_begin`, to the day

        async def begin_next(connection: AsyncConnection) -> None:
            await self._begin(connection, gregorian + ONE_DAY)

        return end(begin_next)

    async def _begin(self, connection: AsyncConnection, date: datetime.date) -> None:
        there_from = datetime.datetime.combine(date + ONE_DAY, self._at, TEHRAN)
        name = f"reconciliation:{_packed(Day.from_gregorian(date))}"
        await begin(connection, self.flow, name, self._clock.now(), at=there_from.astimezone(datetime.UTC))

    async def _doubt_what_is_missing(self, file: ReconciliationFile) -> int:
        listed = {receipt.rrn for receipt in file.receipts}
        missing = [t for t in await self._credited_money_of(file.day) if t.money and t.money.rrn not in listed]
        for ticket in missing:
            await self._tickets.apply(ticket.id, AskAgain(), self._clock.now())
        return len(missing)

    async def _credited_money_of(self, day: Day) -> list[PaymentTicket]:
        date = day.gregorian
        if date is None:
            return []
        midnight = datetime.datetime.combine(date, datetime.time(), TEHRAN)
        chosen = sa.select(POSTINGS.c.ticket).where(
            POSTINGS.c.kind == PostingKind.CREDITED.value,
            POSTINGS.c.at.between(microseconds(midnight), microseconds(midnight + LATEST_CREDIT)),
        )
        async with self._database.reading() as connection:
            names = (await connection.execute(chosen.distinct())).scalars().all()
        tickets = await self._tickets.of_ids(names)
        return [ticket for ticket in tickets if ticket.money is not None and _paid_on(ticket.money) == date]

    async def _keep(self, report: Report) -> None:
        row = {"read_at": microseconds(self._clock.now()), "report": msgspec.json.encode(report)}
        async with self._database.writing() as connection:
            insert = INSERT[connection.dialect.name](RECONCILIATIONS).values(day=report.day, **row)
            await connection.execute(insert.on_conflict_do_update(index_elements=["day"], set_=row))

    def _today(self) -> datetime.date:
        return self._clock.now().astimezone(TEHRAN).date()


def _by_payment(file: ReconciliationFile) -> dict[str, list[BankReceipt]]:
    found: dict[str, list[BankReceipt]] = defaultdict(list)
    for receipt in file.receipts:
        found[receipt.identifier].append(receipt)
    return found


def _paid_on(receipt: BankReceipt) -> datetime.date | None:
    return receipt.paid_at.astimezone(TEHRAN).date() if receipt.paid_at else None


def _packed(day: Day) -> str:
    return day.jalali.replace("-", "")
