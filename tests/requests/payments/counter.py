"""A gateway's payments over a store of their own, which can be closed and opened again as after a crash."""

import asyncio
import datetime
import itertools
from pathlib import Path
from typing import Any

from gateway.domain.calendar import YearMonth
from gateway.domain.debt import DebtKey
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial
from gateway.domain.payment_events import Patience
from gateway.domain.payment_identifier import BillIdentifier
from gateway.domain.payment_ticket import Obligation, PaymentPurpose, PaymentTicket
from gateway.loading.keyring import Keyring
from gateway.requests import tables as request_tables
from gateway.requests.database import Database
from gateway.requests.engine import Engine, EngineSettings, Observer
from gateway.requests.idempotency import Keys
from gateway.requests.payments import tables as money_tables
from gateway.requests.payments.changes import Changes
from gateway.requests.payments.ledger import Account, balances
from gateway.requests.payments.reconciliation import Reconciliation
from gateway.requests.payments.settlement import Settlement
from gateway.requests.payments.tickets import Blocked, KeyReused, Order
from gateway.requests.sealing import Sealing
from tests.requests.payments.till import BankInTest, SteppedClock

BILL = BillIdentifier.of("5893610070")
LIFETIME = datetime.timedelta(minutes=20)
CLAIM_SECONDS = 60.0
AMOUNT = rial(18_432_000)
KEYS = itertools.count()  # no two counters over one store use the same


def premium(month: int = 8, kind: InsuranceKind = InsuranceKind.VOLUNTARY) -> Obligation:
    return Obligation(purpose=PaymentPurpose.PREMIUM, kind=kind, period=YearMonth(1405, month))


def debt(number: str = "007010000001") -> Obligation:
    return Obligation(purpose=PaymentPurpose.DEBT, debt=DebtKey(number, BranchCode("0070")))


class Counter:
    """Make it with `await opened(url)`."""

    def __init__(
        self,
        url: str,
        bank: BankInTest,
        clock: SteppedClock,
        observe: Observer | None = None,
        sealing: Sealing | None = None,
    ) -> None:
        self.bank, self.clock = bank, clock
        self.database = Database(url)
        sealing = sealing or Sealing(Keyring(b"k" * 32))
        keys = Keys(self.database, sealing)
        self.changes = Changes(self.database, sealing, clock)
        self.settlement = Settlement(self.database, sealing, keys, bank, clock, Patience())
        self.tickets = self.settlement.tickets
        self.reconciliation = Reconciliation(self.database, self.tickets, bank, clock, at=datetime.time(2))
        self.engine = Engine(self.database, clock, EngineSettings(claim_seconds=CLAIM_SECONDS), observe=observe)
        self.engine.add(self.settlement.flow)
        self.engine.add(self.reconciliation.flow)

    async def open(self) -> "Counter":
        await self.database.open(request_tables.METADATA, money_tables.METADATA)
        return self

    async def start(
        self, payer: NationalId, obligation: Obligation, amount: int = AMOUNT, *, key: str = "", payload: bytes = b""
    ) -> PaymentTicket | Blocked | KeyReused:
        """A key of its own unless one is given."""
        order = Order(payer=payer, obligation=obligation, amount=rial(amount), bill=BILL, lifetime=LIFETIME)
        key = key or f"key-{next(KEYS)}"
        return await self.tickets.open(order, key=key, payload=payload, now=self.clock.now())

    async def ticket(self, payer: NationalId, obligation: Obligation, amount: int = AMOUNT) -> PaymentTicket:
        outcome = await self.start(payer, obligation, amount)
        assert isinstance(outcome, PaymentTicket)
        return outcome

    async def now(self, ticket: PaymentTicket) -> PaymentTicket:
        return await self.tickets.by_id(ticket.id)

    async def balances(self) -> dict[Account, int]:
        async with self.database.reading() as connection:
            return dict(await balances(connection))

    async def close(self) -> None:
        await self.database.close()

    async def dies(self) -> None:
        """As with its process: what it was doing ends where it stood, and what its connections had begun is undone."""
        me = asyncio.current_task()
        for task in asyncio.all_tasks() - {me}:
            if not _closes_a_connection(task):
                task.cancel()
        while running := asyncio.all_tasks() - {me}:
            await asyncio.gather(*running, return_exceptions=True)
        await self.close()


def _closes_a_connection(task: "asyncio.Task[Any]") -> bool:
    """SQLAlchemy's own task, shielded from what befalls ours: cancelled, it would leave a file of SQLite locked."""
    coroutine: Any = task.get_coro()
    return "sqlalchemy" in Path(coroutine.cr_code.co_filename).parts


def place(folder: Path) -> str:
    return f"sqlite:///{folder}/requests.db"
