"""The flow of a payment: asks the bank when there is reason to, confirms or reverses what it holds, until all is said.

    inquire ──> confirm ──> inquire …   rests when the bank has said what became of the money
        └─────> reverse ──┘

A confirmation is not idempotent at the bank, so each follows an inquiry *in the same step*: a process that dies in
between leaves the step, and whoever does it again asks first. The money that was found stands in the ledger before the
confirmation is sent.
"""

import datetime
from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.payment_bank import PaymentBank
from gateway.domain.payment_events import (
    AskAgain,
    BankSaid,
    BankSilent,
    Confirm,
    Patience,
    PaymentEvent,
    Reverse,
    Step,
    Verdict,
)
from gateway.domain.payment_ticket import BankReceipt, PaymentTicket
from gateway.requests.database import Database
from gateway.requests.flow import Advance, Flow, Run, go, rest, wait, wake
from gateway.requests.idempotency import Keys
from gateway.requests.payments.tickets import Tickets
from gateway.requests.sealing import Sealing

_log = structlog.get_logger(__name__)


class Settlement:
    """`flow` is for the engine; `tickets` begin its runs, under their own ids."""

    def __init__(
        self, database: Database, sealing: Sealing, keys: Keys, bank: PaymentBank, clock: Clock, patience: Patience
    ) -> None:
        self._bank, self._clock = bank, clock
        self.flow = Flow("payment", {"inquire": self._inquire, "confirm": self._carry_out, "reverse": self._carry_out})
        self.tickets = Tickets(database, sealing, keys, self.flow, patience)

    async def _inquire(self, run: Run) -> Advance:
        ticket = await self.tickets.by_id(run.id)
        if ticket.ask_at is None:
            return rest("inquire")
        if ticket.ask_at > run.now:
            return wait("inquire", ticket.ask_at)
        said = await self._asked(ticket)
        now = self._clock.now()
        return await self._advance(run, ticket, [(said, now)], await self.tickets.foreseen(ticket, said, now))

    async def _carry_out(self, run: Run) -> Advance:
        """Asks once more, and sends what the answer calls for."""
        ticket = await self.tickets.by_id(run.id)
        said = await self._asked(ticket)
        asked_at = self._clock.now()
        step = await self.tickets.foreseen(ticket, said, asked_at)
        match step.command:
            case Confirm(receipt):
                done: PaymentEvent = await self._confirmed(receipt)
            case Reverse(receipt):
                done = await self._reversed(receipt)
            case None:
                return await self._advance(run, ticket, [(said, asked_at)], step)
        now = self._clock.now()
        step = await self.tickets.foreseen(step.ticket, done, now)
        return await self._advance(run, ticket, [(said, asked_at), (done, now)], step)

    async def _asked(self, ticket: PaymentTicket) -> BankSaid | BankSilent:
        try:
            answer = (await self._bank.receipts_by_identifier([ticket.identifier])).get(ticket.identifier)
        except SourceFailure as failure:
            return _silent(failure)
        if isinstance(answer, SourceFailure):
            return _silent(answer)
        return BankSaid(answer.value if answer else ())

    async def _confirmed(self, receipt: BankReceipt) -> Verdict | BankSilent:
        try:
            return Verdict(receipt, await self._bank.confirm(receipt))
        except SourceFailure as failure:
            return _silent(failure)

    async def _reversed(self, receipt: BankReceipt) -> AskAgain | BankSilent:
        try:
            await self._bank.reverse(receipt)
        except SourceFailure as failure:
            return _silent(failure)
        return AskAgain()

    async def _advance(
        self, run: Run, before: PaymentTicket, events: Sequence[tuple[PaymentEvent, datetime.datetime]], step: Step
    ) -> Advance:
        """Where the run goes if nothing happens meanwhile; what does wakes it, and the next step looks again."""
        if step.ticket.state is not before.state:
            _log.info("payment.moved", before=before.state.value, state=step.ticket.state.value)

        async def write(connection: AsyncConnection) -> None:
            written = step
            for event, at in events:
                written = await self.tickets.applied(connection, before.id, event, at)
            if written.ticket.ask_at != step.ticket.ask_at:
                await wake(connection, run.id, self._clock.now())  # not what was foreseen: look again at once

        match step.command:
            case Confirm():
                return go("confirm", run, write)
            case Reverse():
                return go("reverse", run, write)
        if step.ticket.ask_at is None:
            return rest("inquire", write)
        return wait("inquire", step.ticket.ask_at, write)


def _silent(failure: SourceFailure) -> BankSilent:
    return BankSilent(failure.retry_after)
