"""Where payments are started, asked about and found again. Answers are values, one class each, as at the request desk.

`StoreUnavailable` is SystemBusy in the graph, and so is a source that does not answer: then nothing is opened, since a
ticket invites money.
"""

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gateway.domain.calendar import YearMonth
from gateway.domain.clock import TEHRAN
from gateway.domain.debt import DebtKey
from gateway.domain.failure import Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import InsuranceKind
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.money import Rial
from gateway.domain.payment import PaymentState, PremiumPayment
from gateway.domain.payment_bank import PaymentBank
from gateway.domain.payment_events import Announced, Asked
from gateway.domain.payment_identifier import BillIdentifier, PaymentIdentifier
from gateway.domain.payment_ticket import Announcement, Obligation, PaymentPurpose, PaymentTicket
from gateway.loading.loaders import Loaders
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import Invalid, NotEligible, Reused
from gateway.requests.ground import Ground
from gateway.requests.idempotency import LONGEST
from gateway.requests.payments.credits import Credits
from gateway.requests.payments.ledger import Account, balances
from gateway.requests.payments.reconciliation import Reconciliation
from gateway.requests.payments.rules import Owed, PaidAlready, Unpayable, debt_owed, part_month_owed, premium_owed
from gateway.requests.payments.settings import PaymentSettings
from gateway.requests.payments.settlement import Settlement
from gateway.requests.payments.tickets import Blocked, KeyReused, Order, Treatment

PAUSES = (0.02, 0.03, 0.05, 0.1, 0.1, 0.2, 0.2)  # seconds between looks at a ticket; the last repeats
UNSETTLED = frozenset({PaymentState.PAID_UNCONFIRMED, PaymentState.VERIFYING})


@dataclass(frozen=True, slots=True)
class Stands:
    """A payment for the same stands: a ticket of ours, or one that only the bank's books know; neither is told where
    it is somebody else's."""

    payer: NationalId
    ticket: PaymentTicket | None = None
    payment: PremiumPayment | None = None


@dataclass(frozen=True, slots=True)
class NoSuchPayment:
    """Neither a ticket of ours nor a payment in the bank's books."""


Answer = PaymentTicket | Invalid | NotEligible | Stands | Reused
Confirmation = PaymentTicket | Invalid | Reused | NoSuchPayment
Assess = Callable[[], Awaitable[Owed | Unpayable | PaidAlready]]


class PaymentDesk:
    """`page` is the bank's page for payers, None where it has none."""

    def __init__(
        self, ground: Ground, bank: PaymentBank, settings: PaymentSettings, bill: BillIdentifier, page: str | None
    ) -> None:
        self._clock, self._engine = ground.clock, ground.engine
        self._database = ground.database
        self._settings, self._bill, self.page = settings, bill, page
        self.busy_retry_seconds = ground.settings.busy_retry_seconds
        settlement = Settlement(ground.database, ground.sealing, ground.keys, bank, ground.clock, settings.patience)
        self.tickets = settlement.tickets
        self._credits = Credits(ground.database, ground.sealing)
        self.reconciliation = Reconciliation(
            ground.database, settlement.tickets, bank, ground.clock, at=settings.reconcile_at or datetime.time(2)
        )
        ground.engine.add(settlement.flow)
        ground.engine.add(self.reconciliation.flow)

    async def keep_reconciling(self) -> None:
        """Begins the nightly runs, where the time of the bank's file is known. Raises StoreUnavailable."""
        if self._settings.reconcile_at is not None:
            await self.reconciliation.schedule()

    async def start_premium(
        self, loaders: Loaders, payer: NationalId, period: YearMonth, kind: InsuranceKind | None, key: str
    ) -> Answer:
        """Raises SourceFailure, StoreUnavailable."""

        def owed() -> Awaitable[Owed | Unpayable | PaidAlready]:
            return premium_owed(loaders, payer, period, kind, rates=self._settings.rates, today=self._today())

        return await self._start(payer, ["premium", str(period), kind.value if kind else ""], owed, key)

    async def start_part_month(self, loaders: Loaders, payer: NationalId, year: int, half: int, key: str) -> Answer:
        """Raises SourceFailure, StoreUnavailable."""
        if half not in (1, 2):
            return Invalid("half", "The first or the second half of the year: 1 or 2.")

        def owed() -> Awaitable[Owed | Unpayable | PaidAlready]:
            rate = self._settings.part_month_rate
            return part_month_owed(loaders, payer, year, half, rate=rate, today=self._today())

        return await self._start(payer, ["part month", year, half], owed, key)

    async def start_debt(
        self,
        loaders: Loaders,
        payer: NationalId,
        debt: DebtKey,
        workshop: WorkshopKey | None,
        amount: Rial | None,
        key: str,
    ) -> Answer:
        """Of the payer, or of a workshop that they run. Raises SourceFailure, StoreUnavailable."""

        async def owed() -> Owed | Unpayable | PaidAlready:
            paid = await loaders.paid_here_by_debt.load(debt)
            paid_here = paid.value if paid else Rial(0)
            return await debt_owed(loaders, workshop or payer, debt, amount, paid_here=paid_here)

        return await self._start(payer, ["debt", debt.branch.digits, debt.number, amount], owed, key)

    async def confirm(self, loaders: Loaders, payer: NationalId, reference: str, key: str) -> Confirmation:
        """`reference` is a ticket's id, or a payment identifier. A payment that was made at the bank without a ticket
        gets one now, to be settled by. Waits a moment for the bank. Raises SourceFailure, StoreUnavailable."""
        if problem := _key_problem(key):
            return problem
        payload = msgspec.json.encode([payer.digits, "confirm", reference])
        former = await self.tickets.answered_before(payer, key, payload)
        if isinstance(former, KeyReused):
            return Reused()
        ticket = former if isinstance(former, PaymentTicket) else await self._named(reference)
        if ticket is None:
            found = await self._found_at_the_bank(loaders, payer, reference, key, payload)
            if not isinstance(found, PaymentTicket):
                return found
            ticket = found
        elif ticket.payer != payer:
            return NoSuchPayment()
        elif former is None:
            await self.tickets.keep_key(ticket, key=key, payload=payload, now=self._clock.now())
        await self.tickets.apply(ticket.id, Asked(), self._clock.now())
        self._engine.poke()
        return await self._settled(ticket.id)

    async def called(self, identifier: str, event: str, what: Announcement) -> bool | None:
        """The bank calls: whether the call is new; None for a payment that is not ours. Raises StoreUnavailable."""
        try:
            ticket = await self.tickets.by_identifier(identifier)
        except KeyError:
            return None
        new = await self.tickets.announced(ticket.id, event, Announced(what), self._clock.now())
        self._engine.poke()
        return new

    async def by_id(self, ticket_id: str) -> PaymentTicket | None:
        try:
            return await self.tickets.by_id(ticket_id)
        except KeyError:
            return None

    async def of_payer(
        self, payer: NationalId, first: int, before: tuple[datetime.datetime, str] | None
    ) -> Sequence[PaymentTicket]:
        """Newest first, one more than `first` where there are more."""
        return await self.tickets.of_owner(payer, first=first + 1, before=before)

    async def treatments_of(self, payer: NationalId) -> Sequence[Treatment]:
        return await self.tickets.treatments_of(payer)

    async def paid_here(self, debts: Sequence[DebtKey], /) -> Mapping[DebtKey, Fact[Rial] | SourceFailure]:
        """A Lookup: what was credited to debts so lately that their branch may not have booked it."""
        now = self._clock.now()
        since = now - datetime.timedelta(hours=self._settings.branch_hours)
        try:
            found = await self._credits.of_debts(debts, since)
        except StoreUnavailable:
            raise SourceUnavailable(Source.BANK_REFAH, "the store of payments does not answer") from None
        provenance = Provenance(source=Source.BANK_REFAH, fetched_at=now)
        return {debt: Fact(amount, provenance) for debt, amount in found.items()}

    async def balances(self) -> Mapping[Account, int]:
        """Of the ledger, in rial. Raises StoreUnavailable."""
        async with self._database.reading() as connection:
            return await balances(connection)

    async def _start(self, payer: NationalId, what: list[object], assess: Assess, key: str) -> Answer:
        if problem := _key_problem(key):
            return problem
        payload = msgspec.json.encode([payer.digits, *what])
        former = await self.tickets.answered_before(payer, key, payload)
        if former is None:
            owed = await assess()
            if isinstance(owed, Unpayable):
                return NotEligible(payer, owed.reasons)
            if isinstance(owed, PaidAlready):
                return Stands(payer, payment=owed.payment)
            order = Order(
                payer=payer,
                obligation=owed.obligation,
                amount=owed.amount,
                bill=self._bill,
                lifetime=self._settings.lifetime,
            )
            former = await self.tickets.open(order, key=key, payload=payload, now=self._clock.now())
            self._engine.poke()
        return _answer(payer, former)

    async def _found_at_the_bank(
        self, loaders: Loaders, payer: NationalId, identifier: str, key: str, payload: bytes
    ) -> PaymentTicket | Invalid | Reused | NoSuchPayment:
        """A ticket for a payment of the payer's own that the bank has taken and not confirmed."""
        fact = await loaders.payments_by_payer.load(payer)
        payment = next((p for p in fact.value if p.identifier == identifier), None) if fact else None
        if payment is None:
            return NoSuchPayment()
        if payment.state not in UNSETTLED:
            return Invalid("payment", f"The bank says of this payment: {payment.state.value}.")
        order = Order(
            payer=payer,
            obligation=Obligation(purpose=PaymentPurpose.PREMIUM, kind=payment.kind, period=payment.period),
            amount=payment.due or payment.amount,
            bill=self._bill,
            lifetime=datetime.timedelta(),
            found=PaymentIdentifier(identifier),
        )
        outcome = await self.tickets.open(order, key=key, payload=payload, now=self._clock.now())
        if isinstance(outcome, KeyReused):
            return Reused()
        if isinstance(outcome, Blocked):
            return outcome.ticket if outcome.ticket.identifier.digits == identifier else _standing_already()
        return outcome

    async def _named(self, reference: str) -> PaymentTicket | None:
        try:
            if len(reference) == 12:
                return await self.tickets.by_identifier(reference)
            return await self.tickets.by_id(reference)
        except KeyError:
            return None

    async def _settled(self, ticket_id: str) -> PaymentTicket:
        """As soon as it is, or as it stands when the patience is over."""
        ticket = await self.tickets.by_id(ticket_id)
        until = self._clock.monotonic() + self._settings.confirm_seconds
        looks = iter(PAUSES)
        while _is_being_asked_about(ticket) and self._clock.monotonic() < until:
            await asyncio.sleep(next(looks, PAUSES[-1]))
            ticket = await self.tickets.by_id(ticket_id)
        return ticket

    def _today(self) -> datetime.date:
        return self._clock.now().astimezone(TEHRAN).date()


def _answer(payer: NationalId, outcome: PaymentTicket | Blocked | KeyReused) -> Answer:
    match outcome:
        case PaymentTicket():
            return outcome
        case Blocked(ticket):
            # A debt that somebody else is paying: that it is being paid is all there is to tell.
            return Stands(payer, ticket=ticket if ticket.payer == payer else None)
        case KeyReused():
            return Reused()


def _is_being_asked_about(ticket: PaymentTicket) -> bool:
    """A ticket that is over may still be paid; one that is confirmed is worth no waiting."""
    return ticket.open or (ticket.state is not PaymentState.CONFIRMED and ticket.ask_at is not None)


def _standing_already() -> Invalid:
    """Of a payment without a ticket, while a ticket for the same month is open."""
    return Invalid("payment", "Another payment for the same month stands: confirm that one first.")


def _key_problem(key: str) -> Invalid | None:
    if not 1 <= len(key) <= LONGEST:
        return Invalid("idempotencyKey", f"A key has 1 to {LONGEST} characters.")
    return None
