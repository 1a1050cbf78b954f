"""The scenario of a payment, with everything that the bank can do to one: the card is charged twice, so that one debit
is confirmed and the other reversed. The bank is the twin's, over HTTP, in a process that lives on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from adapters import bank_refah
from adapters.bank_refah.settings import BankRefahSettings
from gateway.domain.clock import SystemClock
from gateway.domain.payment import PaymentState
from gateway.domain.payment_ticket import Announcement, PaymentTicket
from gateway.requests.engine import Observer, working
from gateway.requests.ground import Ground
from gateway.requests.payments.desk import PaymentDesk
from gateway.requests.payments.ledger import balances
from gateway.requests.payments.opening import payment_desk_of
from gateway.requests.payments.settings import PaymentSettings
from gateway.requests.payments.tables import METADATA
from gateway.requests.payments.tickets import Order
from tests.requests.payments.counter import AMOUNT, BILL, LIFETIME, premium
from tests.requests.payments.till import payer
from tests.requests.story_ground import folder_of, settings_in, steps_of, story_ground

PARISA = payer(64982033)
PATIENCE_SECONDS = 60.0
FLOW = "payment"


class Story:
    """One payment, whose client repeats everything under its key until both debits have come to their end."""

    def __init__(self, ground: Ground, desk: PaymentDesk, control: str) -> None:
        self._ground, self._desk, self._control = ground, desk, control
        self.steps = {FLOW: steps_of(ground)[FLOW]}

    async def live(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            ticket = await self._opened()
            await asyncio.to_thread(self._pays, ticket)
            await self._desk.called(ticket.identifier.digits, "c" * 32, Announcement.PAID)
            while ticket.state is not PaymentState.CONFIRMED or ticket.ask_at is not None:
                await asyncio.sleep(0.02)
                found = await self._desk.by_id(ticket.id)
                assert found
                ticket = found
        async with self._ground.database.reading() as connection:
            accounts = await balances(connection)
        return {
            "identifier": ticket.identifier.digits,
            "rrn": ticket.money.rrn if ticket.money else None,
            "findings": [finding.value for finding in ticket.findings],
            "balances": {account.value: amount for account, amount in accounts.items()},
            "treatments": len(await self._desk.treatments_of(PARISA)),
            "listed": [step for steps in self.steps.values() for step in steps],
        }

    async def _opened(self) -> PaymentTicket:
        order = Order(payer=PARISA, obligation=premium(), amount=AMOUNT, bill=BILL, lifetime=LIFETIME)
        now = self._ground.clock.now()
        ticket = await self._desk.tickets.open(order, key="pay", payload=b"pay", now=now)
        assert isinstance(ticket, PaymentTicket), ticket
        return ticket

    def _pays(self, ticket: PaymentTicket) -> None:
        """Again after a death: then the bank says that it is paid already."""
        assert ticket.bill
        order = {
            "billIdentifier": ticket.bill.digits,
            "paymentIdentifier": ticket.identifier.digits,
            "amount": ticket.amount,
            "payer": PARISA.digits,
        }
        answer = httpx.post(f"{self._control}/_twin/bank/pay", json=order, timeout=10).raise_for_status()
        assert answer.json()["result"] in ("PAID", "ALREADY_PAID")


@asynccontextmanager
async def story(place: dict[str, Any], observe: Observer) -> AsyncIterator[Story]:
    """`place`: `folder`, `bank` and `control` (where the twin listens), `story`."""
    connecting = bank_refah.connect(BankRefahSettings(**place["bank"]), SystemClock())
    grounding = story_ground(settings_in(folder_of(place)), observe, metadata=[METADATA])
    async with connecting as bank, grounding as ground:
        desk = payment_desk_of(ground, bank.money, PaymentSettings(bill=BILL.digits), None)
        assert desk
        async with working(ground.engine):
            yield Story(ground, desk, place["control"])
