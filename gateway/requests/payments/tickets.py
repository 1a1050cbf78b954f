"""The tickets in their store: opened once an obligation, moved on by events, each step in one transaction.

A step keeps the ticket, its postings, its spent references and what it opens together, or none of it. The course itself
is pure (`gateway/domain/payment_course.py`); what is around a ticket is read here.
"""

import datetime
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.identifiers import NationalId
from gateway.domain.money import Rial
from gateway.domain.payment import PaymentState
from gateway.domain.payment_course import next_step, opened
from gateway.domain.payment_events import (
    Announced,
    BankSaid,
    Circumstances,
    CloseTreatment,
    OpenTreatment,
    Patience,
    PaymentEvent,
    Post,
    Reconciled,
    Step,
)
from gateway.domain.payment_identifier import SERIALS, BillIdentifier, PaymentIdentifier
from gateway.domain.payment_ticket import OPEN_STATES, Announcement, Obligation, PaymentPurpose, PaymentTicket
from gateway.requests import idempotency
from gateway.requests.database import Database, microseconds, moment_of
from gateway.requests.flow import Flow, begin, wake
from gateway.requests.idempotency import Kept, Keys
from gateway.requests.payments.changes import PAYMENTS_OF_PAYER
from gateway.requests.payments.credits import debt_column
from gateway.requests.payments.ledger import AlreadySpent, post, posted
from gateway.requests.payments.tables import CALLS, CHANGES, REFERENCES, TICKETS, TREATMENTS
from gateway.requests.sealing import Sealing
from gateway.stores.engines import INSERT

_ATTEMPTS = 3  # a serial that is taken, or another replica that was first
A_STATEMENT = 500  # tickets that one question asks for

OPENED, BLOCKED = "ticket", "payment stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be paid. `found` is a payment that stands at the bank already, and is to be settled."""

    payer: NationalId
    obligation: Obligation
    amount: Rial
    bill: BillIdentifier
    lifetime: datetime.timedelta
    found: PaymentIdentifier | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Another ticket stands in the way: open, or one that has paid the obligation."""

    ticket: PaymentTicket


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key was used for something else."""


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """What a confirmed premium has opened. `ticket` is the payment."""

    ticket: PaymentTicket
    opened_at: datetime.datetime


class Tickets:
    """Each method raises StoreUnavailable."""

    def __init__(self, database: Database, sealing: Sealing, keys: Keys, flow: Flow, patience: Patience) -> None:
        self._database, self._sealing, self._keys = database, sealing, keys
        self._flow, self._patience = flow, patience

    async def open(
        self, order: Order, *, key: str, payload: bytes, now: datetime.datetime
    ) -> PaymentTicket | Blocked | KeyReused:
        """One open ticket an obligation. The same `key` with the same `payload` is answered as the first time."""
        for attempt in range(1, _ATTEMPTS + 1):
            former = await self.answered_before(order.payer, key, payload)
            if former is not None:
                return former
            try:
                async with self._database.writing() as connection:
                    hindrance = await self._hindrance(connection, order)
                    ticket = hindrance or _new(order, now, self._patience)
                    kept = Kept(answer=BLOCKED if hindrance else OPENED, thing=ticket.id)
                    await self._keys.keep(connection, order.payer, key, payload, kept, now)
                    if hindrance is not None:
                        return Blocked(hindrance)
                    await self._insert(connection, ticket)
                    await begin(connection, self._flow, ticket.id, now, at=ticket.ask_at)
                    return ticket
            except sa.exc.IntegrityError:
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError

    async def answered_before(
        self, payer: NationalId, key: str, payload: bytes
    ) -> PaymentTicket | Blocked | KeyReused | None:
        """What this key was answered with, as the ticket stands now."""
        try:
            kept = await self._keys.kept(payer, key, payload)
        except idempotency.KeyReused:
            return KeyReused()
        if kept is None or kept.thing is None:
            return None
        ticket = await self.by_id(kept.thing)
        return Blocked(ticket) if kept.answer == BLOCKED else ticket

    async def keep_key(self, ticket: PaymentTicket, *, key: str, payload: bytes, now: datetime.datetime) -> None:
        """The key stands for this ticket from now on, unless it stands for something already."""
        try:
            async with self._database.writing() as connection:
                await self._keys.keep(connection, ticket.payer, key, payload, Kept(answer=OPENED, thing=ticket.id), now)
        except sa.exc.IntegrityError:
            return  # the same request at the same time

    async def apply(self, ticket_id: str, event: PaymentEvent, now: datetime.datetime) -> Step:
        """Moves the ticket on and wakes its run. Raises KeyError where there is no such ticket."""
        for _ in range(_ATTEMPTS):
            try:
                async with self._database.writing() as connection:
                    step = await self.applied(connection, ticket_id, event, now)
                    if step.ticket.ask_at is not None and step.ticket.ask_at <= now:
                        await wake(connection, ticket_id, now)
                    return step
            except (sa.exc.IntegrityError, AlreadySpent):
                continue  # another replica wrote what we read as free: read again
        raise AlreadySpent

    async def announced(self, ticket_id: str, event_id: str, event: Announced, now: datetime.datetime) -> bool:
        """False for a call of the bank that was taken before."""
        async with self._database.writing() as connection:
            insert = INSERT[connection.dialect.name](CALLS)
            call = insert.values(event=event_id, ticket=ticket_id, at=microseconds(now))
            if (await connection.execute(call.on_conflict_do_nothing())).rowcount != 1:
                return False
            await self.applied(connection, ticket_id, event, now)
            await wake(connection, ticket_id, now)
            return True

    async def applied(
        self, connection: AsyncConnection, ticket_id: str, event: PaymentEvent, now: datetime.datetime
    ) -> Step:
        """Within a transaction of the caller's. Raises KeyError, IntegrityError, AlreadySpent."""
        ticket = await self._read(connection, ticket_id, lock=True)
        step = next_step(
            ticket, event, now=now, around=await self._around(connection, ticket, event), patience=self._patience
        )
        for booking in step.bookings:
            match booking:
                case Post():
                    await post(connection, ticket, booking, now)
                case OpenTreatment():
                    await self._open_treatment(connection, ticket, now)
                case CloseTreatment():
                    await connection.execute(
                        sa.update(TREATMENTS)
                        .where(TREATMENTS.c.ticket == ticket.id, TREATMENTS.c.closed_at.is_(None))
                        .values(closed_at=microseconds(now))
                    )
        if step.ticket != ticket:
            await self._update(connection, step.ticket)
        if step.ticket.state is not ticket.state:
            await self._changed(connection, ticket.payer, now)
        return step

    async def foreseen(self, ticket: PaymentTicket, event: PaymentEvent, now: datetime.datetime) -> Step:
        """What the event would do; nothing is written."""
        async with self._database.reading() as connection:
            around = await self._around(connection, ticket, event)
        return next_step(ticket, event, now=now, around=around, patience=self._patience)

    async def by_id(self, ticket_id: str) -> PaymentTicket:
        """Raises KeyError."""
        async with self._database.reading() as connection:
            return await self._read(connection, ticket_id)

    async def by_identifier(self, identifier: str) -> PaymentTicket:
        """Raises KeyError."""
        async with self._database.reading() as connection:
            found = await connection.execute(sa.select(TICKETS.c.id).where(TICKETS.c.identifier == identifier))
            ticket_id = found.scalar_one_or_none()
            if ticket_id is None:
                raise KeyError("no such payment")
            return await self._read(connection, ticket_id)

    async def of_ids(self, ids: Sequence[str]) -> tuple[PaymentTicket, ...]:
        """Those that there are, in no order."""
        return await self._all_of(TICKETS.c.id, ids)

    async def of_identifiers(self, identifiers: Sequence[str]) -> tuple[PaymentTicket, ...]:
        """Those of them that are ours, in no order."""
        return await self._all_of(TICKETS.c.identifier, identifiers)

    async def unmoved(
        self, events: Sequence[tuple[PaymentTicket, Reconciled]], now: datetime.datetime
    ) -> frozenset[str]:
        """The ids of those tickets that their event leaves just as they are: found for all in few questions."""
        found: set[str] = set()
        for start in range(0, len(events), A_STATEMENT):
            some = events[start : start + A_STATEMENT]
            async with self._database.reading() as connection:
                postings = await posted(connection, [ticket.id for ticket, _ in some])
                spenders = await self._spenders(connection, [event for _, event in some])
            for ticket, event in some:
                elsewhere = {rrn for rrn in references_of(event) if spenders.get(rrn, ticket.id) != ticket.id}
                # Whether the obligation is free decides what becomes of money that is not settled yet, and a ticket
                # with such money moves either way.
                around = Circumstances(free=False, spent_elsewhere=frozenset(elsewhere), posted=postings[ticket.id])
                if next_step(ticket, event, now=now, around=around, patience=self._patience) == Step(ticket):
                    found.add(ticket.id)
        return frozenset(found)

    async def of_owner(
        self, payer: NationalId, *, first: int, before: tuple[datetime.datetime, str] | None = None
    ) -> tuple[PaymentTicket, ...]:
        """Newest first, at most `first`, opened before a place in that order."""
        chosen = sa.select(TICKETS.c.id, TICKETS.c.sealed).where(TICKETS.c.owner.in_(self._sealing.owners(payer)))
        if before is not None:
            place = sa.tuple_(sa.literal(microseconds(before[0])), sa.literal(before[1]))
            chosen = chosen.where(sa.tuple_(TICKETS.c.opened_at, TICKETS.c.id) < place)
        chosen = chosen.order_by(TICKETS.c.opened_at.desc(), TICKETS.c.id.desc()).limit(first)
        async with self._database.reading() as connection:
            return tuple(self._opened(id_, sealed) for id_, sealed in await connection.execute(chosen))

    async def treatments_of(self, payer: NationalId) -> tuple[Treatment, ...]:
        """What stands open by the ledger, newest first."""
        chosen = (
            sa.select(TREATMENTS.c.opened_at, TICKETS.c.id, TICKETS.c.sealed)
            .join(TICKETS, TICKETS.c.id == TREATMENTS.c.ticket)
            .where(TREATMENTS.c.owner.in_(self._sealing.owners(payer)), TREATMENTS.c.closed_at.is_(None))
            .order_by(TREATMENTS.c.opened_at.desc())
        )
        async with self._database.reading() as connection:
            return tuple(
                Treatment(ticket=self._opened(id_, sealed), opened_at=moment_of(at))
                for at, id_, sealed in await connection.execute(chosen)
            )

    async def _hindrance(self, connection: AsyncConnection, order: Order) -> PaymentTicket | None:
        """An open ticket, or for what is paid only once a confirmed one."""
        standing = [state.value for state in OPEN_STATES]
        if order.obligation.purpose is not PaymentPurpose.DEBT:
            standing.append(PaymentState.CONFIRMED.value)
        chosen = sa.select(TICKETS.c.id).where(
            TICKETS.c.obligation.in_(self._names(order.payer, order.obligation)), TICKETS.c.state.in_(standing)
        )
        found = (await connection.execute(chosen)).scalars().first()
        return None if found is None else await self._read(connection, found)

    async def _around(self, connection: AsyncConnection, ticket: PaymentTicket, event: PaymentEvent) -> Circumstances:
        return Circumstances(
            free=await self._free(connection, ticket),
            spent_elsewhere=await self._spent_elsewhere(connection, ticket, event),
            posted=(await posted(connection, [ticket.id]))[ticket.id],
        )

    async def _free(self, connection: AsyncConnection, ticket: PaymentTicket) -> bool:
        """Whether no other ticket is open for the obligation, or has paid it; a debt may be paid in parts."""
        others = sa.select(TICKETS.c.id).where(
            TICKETS.c.obligation.in_(self._names(ticket.payer, ticket.obligation)), TICKETS.c.id != ticket.id
        )
        paid = TICKETS.c.state == PaymentState.CONFIRMED.value
        if ticket.obligation.purpose is PaymentPurpose.DEBT:
            paid = sa.and_(paid, TICKETS.c.opened_at > microseconds(ticket.opened_at))
        hindering = others.where(sa.or_(TICKETS.c.state.in_([s.value for s in OPEN_STATES]), paid))
        return (await connection.execute(hindering.limit(1))).first() is None

    async def _spent_elsewhere(
        self, connection: AsyncConnection, ticket: PaymentTicket, event: PaymentEvent
    ) -> frozenset[str]:
        if not isinstance(event, BankSaid | Reconciled):
            return frozenset()
        spenders = await self._spenders(connection, [event])
        return frozenset(rrn for rrn, spender in spenders.items() if spender != ticket.id)

    async def _spenders(
        self, connection: AsyncConnection, events: Iterable[BankSaid | Reconciled]
    ) -> Mapping[str, str]:
        """By reference, the ticket that has spent it."""
        references = {rrn for event in events for rrn in references_of(event)}
        chosen = sa.select(REFERENCES.c.rrn, REFERENCES.c.ticket).where(REFERENCES.c.rrn.in_(references))
        return {row.rrn: row.ticket for row in await connection.execute(chosen)}

    async def _open_treatment(self, connection: AsyncConnection, ticket: PaymentTicket, now: datetime.datetime) -> None:
        insert = INSERT[connection.dialect.name](TREATMENTS)
        row = insert.values(
            ticket=ticket.id, owner=self._sealing.owner(ticket.payer), opened_at=microseconds(now), closed_at=None
        )
        await connection.execute(row.on_conflict_do_update(index_elements=["ticket"], set_={"closed_at": sa.null()}))

    async def _insert(self, connection: AsyncConnection, ticket: PaymentTicket) -> None:
        await connection.execute(
            sa.insert(TICKETS).values(
                id=ticket.id,
                identifier=ticket.identifier.digits,
                owner=self._sealing.owner(ticket.payer),
                obligation=self._names(ticket.payer, ticket.obligation)[0],
                debt=debt_column(self._sealing, ticket),
                amount=ticket.amount,
                opened_at=microseconds(ticket.opened_at),
                **self._changing(ticket),
            )
        )

    async def _changed(self, connection: AsyncConnection, payer: NationalId, now: datetime.datetime) -> None:
        insert = INSERT[connection.dialect.name](CHANGES)
        row = insert.values(owner=self._sealing.owner(payer), fact=PAYMENTS_OF_PAYER, at=microseconds(now))
        await connection.execute(
            row.on_conflict_do_update(index_elements=["owner", "fact"], set_={"at": microseconds(now)})
        )

    async def _update(self, connection: AsyncConnection, ticket: PaymentTicket) -> None:
        await connection.execute(sa.update(TICKETS).where(TICKETS.c.id == ticket.id).values(**self._changing(ticket)))

    def _changing(self, ticket: PaymentTicket) -> dict[str, object]:
        return {
            "state": ticket.state.value,
            "open_as": self._names(ticket.payer, ticket.obligation)[0] if ticket.open else None,
            "sealed": self._sealing.seal_record(ticket, ticket.id),
        }

    async def _read(self, connection: AsyncConnection, ticket_id: str, *, lock: bool = False) -> PaymentTicket:
        chosen = sa.select(TICKETS.c.sealed).where(TICKETS.c.id == ticket_id)
        sealed = (await connection.execute(chosen.with_for_update() if lock else chosen)).scalar_one_or_none()
        if sealed is None:
            raise KeyError("no such ticket")
        return self._opened(ticket_id, sealed)

    async def _all_of(self, column: "sa.Column[str]", values: Sequence[str]) -> tuple[PaymentTicket, ...]:
        found: list[PaymentTicket] = []
        for start in range(0, len(values), A_STATEMENT):
            chosen = sa.select(TICKETS.c.id, TICKETS.c.sealed).where(column.in_(values[start : start + A_STATEMENT]))
            async with self._database.reading() as connection:
                rows = (await connection.execute(chosen)).all()
            found += [self._opened(id_, sealed) for id_, sealed in rows]
        return tuple(found)

    def _opened(self, ticket_id: str, sealed: bytes) -> PaymentTicket:
        return self._sealing.open_record(sealed, ticket_id, PaymentTicket)

    def _names(self, payer: NationalId, obligation: Obligation) -> Sequence[str]:
        """The obligation, under each key, today's first: a debt is the same one whoever pays it."""
        whose = "" if obligation.debt else payer.digits
        return self._sealing.all_hashed("obligation", f"{whose}:{obligation.name}")


def references_of(event: BankSaid | Reconciled) -> list[str]:
    """Of the debits that the bank tells of."""
    return [receipt.rrn for receipt in event.receipts if receipt.rrn is not None]


def _new(order: Order, now: datetime.datetime, patience: Patience) -> PaymentTicket:
    serial = SERIALS[secrets.randbelow(len(SERIALS))]
    ticket = PaymentTicket(
        id=uuid.uuid4().hex,
        identifier=order.found or PaymentIdentifier.of(serial, order.bill),
        bill=None if order.found else order.bill,
        payer=order.payer,
        obligation=order.obligation,
        amount=order.amount,
        opened_at=now,
        expires_at=now + order.lifetime,
    )
    if order.found is None:
        return opened(ticket, patience)
    return msgspec.structs.replace(ticket, state=PaymentState.VERIFYING, announced=Announcement.PAID, ask_at=now)
