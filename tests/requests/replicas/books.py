"""Holds the gateway's tickets and ledger against the bank's own books, debit by debit."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from gateway.domain.payment import PaymentFinding
from gateway.domain.payment_ticket import PaymentPurpose, PaymentTicket
from gateway.requests.database import Database
from gateway.requests.payments.ledger import Account, balances
from gateway.requests.payments.tables import POSTINGS, REFERENCES, TICKETS, TREATMENTS
from gateway.requests.sealing import Sealing
from tests.requests.replicas.payers import Bank, Story
from tests.requests.replicas.payment_replica import KEYRING

Posting = tuple[str, str, int]  # reference, kind, rial
AT_ONCE = 8
FOLLOWS = {"CONFIRMED": ("TAKEN", "CREDITED"), "REVERSED": ("TAKEN", "RETURNED")}


@dataclass
class Judgement:
    """Sums in rial. `wrong` are sentences; none: both books say the same."""

    tickets: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    confirmed: int = 0
    reversed: int = 0
    accounts: dict[str, int] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)


@dataclass
class _Gateway:
    tickets: dict[str, PaymentTicket]
    postings: dict[str, set[Posting]]
    references: dict[str, str]
    treated: set[str]
    accounts: dict[Account, int]


async def judged(store: str, bank: Bank, story: Story) -> Judgement:
    ours, judgement = await _read(store), Judgement()
    judgement.tickets = dict(Counter(ticket.state.value for ticket in ours.tickets.values()))
    judgement.findings = dict(Counter(f.value for ticket in ours.tickets.values() for f in ticket.findings))
    judgement.accounts = {account.value: amount for account, amount in ours.accounts.items()}
    judgement.wrong["a ticket of which its payer does not know"] += len(ours.tickets.keys() ^ story.ends.keys())
    rows = await _rows(bank, story)
    debits = 0
    for name in ours.tickets.keys() & rows.keys():
        debits += len(rows[name])
        _judge(ours, name, rows[name], story, judgement)
    judgement.wrong["debits that the bank's books hold, more or fewer than cards were charged"] += (
        debits != story.debits
    )
    _judge_all(ours, judgement)
    judgement.wrong = +judgement.wrong
    return judgement


def _judge(ours: _Gateway, name: str, rows: list[tuple[str, str, int]], story: Story, judgement: Judgement) -> None:
    """`rows` of the bank: reference, state, rial."""
    ticket, wrong = ours.tickets[name], judgement.wrong
    wrong["a ticket that did not end as it must"] += ticket.state.value not in story.ends[name]
    if name in story.spent:
        wrong["a reference that was spent twice"] += bool(ours.postings[name])
        wrong["a reference that was used, and nobody finds it odd"] += (
            PaymentFinding.REFERENCE_SPENT not in ticket.findings
        )
        return
    judgement.rows = dict(Counter(judgement.rows) + Counter(state for _, state, _ in rows))
    confirmed = [(rrn, amount) for rrn, state, amount in rows if state == "CONFIRMED"]
    judgement.confirmed += sum(amount for _, amount in confirmed)
    judgement.reversed += sum(amount for _, state, amount in rows if state == "REVERSED")
    wrong["a debit that was confirmed twice at the bank"] += len({rrn for rrn, _, _ in rows}) != len(rows)
    wrong["money that was forgotten at the bank"] += any(state not in FOLLOWS for _, state, _ in rows)
    money = [(ticket.money.rrn, ticket.amount)] if ticket.state.value == "CONFIRMED" and ticket.money else []
    wrong["a ticket that is confirmed in one of the books alone"] += confirmed != money
    follows = {(rrn, kind, amount) for rrn, state, amount in rows for kind in FOLLOWS.get(state, ())}
    wrong["postings that do not follow from the bank's books"] += ours.postings[name] != follows
    entitled = ticket.state.value == "CONFIRMED" and ticket.obligation.purpose is PaymentPurpose.PREMIUM
    wrong["an entitlement that no payment opened, or a payment that opened none"] += (name in ours.treated) != entitled


def _judge_all(ours: _Gateway, judgement: Judgement) -> None:
    wrong, accounts = judgement.wrong, ours.accounts
    paid = Counter(
        (ticket.payer.digits, ticket.obligation.name)
        for ticket in ours.tickets.values()
        if ticket.state.value == "CONFIRMED" and ticket.obligation.purpose is PaymentPurpose.PREMIUM
    )
    wrong["a month that was paid twice"] += sum(times > 1 for times in paid.values())
    taken = defaultdict(set)
    for name, postings in ours.postings.items():
        for rrn, kind, _ in postings:
            if kind == "TAKEN":
                taken[rrn].add(name)
    wrong["a reference that was spent twice"] += sum(len(names) > 1 for names in taken.values())
    wrong["a reference that was spent and not written down"] += {
        rrn: name for rrn, (name, *_) in taken.items()
    } != ours.references
    wrong["accounts that do not add up"] += sum(accounts.values()) != 0
    wrong["money that is still held"] += accounts[Account.HELD] != 0
    wrong["a bank account that is not what the bank confirmed"] += accounts[Account.BANK] != judgement.confirmed


async def _rows(bank: Bank, story: Story) -> dict[str, list[tuple[str, str, int]]]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def of(name: str, identifier: str) -> tuple[str, list[tuple[str, str, int]]]:
        async with gate:
            found = await bank.rows(identifier)
        return name, sorted((row["rrn"], row["state"], row["amount"]) for row in found)

    return dict(await asyncio.gather(*(of(*each) for each in story.identifiers.items())))


async def _read(store: str) -> _Gateway:
    sealing, database = Sealing(KEYRING), Database(store, seconds=120)
    try:
        async with database.reading() as connection:
            tickets = await connection.execute(sa.select(TICKETS.c.id, TICKETS.c.sealed))
            opened = {name: sealing.open_record(sealed, name, PaymentTicket) for name, sealed in tickets}
            postings: defaultdict[str, set[Posting]] = defaultdict(set)
            chosen = sa.select(POSTINGS.c.ticket, POSTINGS.c.rrn, POSTINGS.c.kind, POSTINGS.c.amount)
            for name, rrn, kind, amount in await connection.execute(chosen):
                postings[name].add((rrn, kind, amount))
            references = await connection.execute(sa.select(REFERENCES.c.rrn, REFERENCES.c.ticket))
            spent = {row.rrn: row.ticket for row in references}
            treated = await connection.execute(sa.select(TREATMENTS.c.ticket).where(TREATMENTS.c.closed_at.is_(None)))
            return _Gateway(opened, postings, spent, set(treated.scalars()), dict(await balances(connection)))
    finally:
        await database.close()
