"""The ledger, with double entry: where each rial of our tickets is, in rial.

    BANK       what the bank holds for the Organisation
    HELD       taken from payers and not confirmed: still theirs
    PREMIUMS, DEBTS, PART_MONTHS   credited to what they were paid for

A row of the ledger is both sides of a posting, so that it cannot be out of balance. Rows are only ever added.
"""

import datetime
import enum
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.payment_events import Post
from gateway.domain.payment_ticket import PaymentPurpose, PaymentTicket, PostingKind
from gateway.requests.database import microseconds
from gateway.requests.payments.tables import POSTINGS, REFERENCES
from gateway.stores.engines import INSERT

BANK = "BANK_REFAH"


class Account(enum.Enum):
    BANK = "BANK"
    HELD = "HELD"
    PREMIUMS = "PREMIUMS"
    DEBTS = "DEBTS"
    PART_MONTHS = "PART_MONTHS"


_CREDITED_TO = {
    PaymentPurpose.PREMIUM: Account.PREMIUMS,
    PaymentPurpose.DEBT: Account.DEBTS,
    PaymentPurpose.PART_MONTH: Account.PART_MONTHS,
}


class AlreadySpent(Exception):
    """The reference belongs to another ticket."""


def sides(kind: PostingKind, purpose: PaymentPurpose) -> tuple[Account, Account]:
    """Debit and credit."""
    credited = _CREDITED_TO[purpose]
    return {
        PostingKind.TAKEN: (Account.BANK, Account.HELD),
        PostingKind.CREDITED: (Account.HELD, credited),
        PostingKind.RETURNED: (Account.HELD, Account.BANK),
        PostingKind.WITHDRAWN: (credited, Account.BANK),
    }[kind]


async def post(connection: AsyncConnection, ticket: PaymentTicket, posting: Post, now: datetime.datetime) -> None:
    """Once a reference and kind, however often it is said. Raises AlreadySpent."""
    insert = INSERT[connection.dialect.name]
    if posting.kind is PostingKind.TAKEN:
        spending = insert(REFERENCES).values(bank=BANK, rrn=posting.rrn, ticket=ticket.id).on_conflict_do_nothing()
        await connection.execute(spending)
        spent = sa.select(REFERENCES.c.ticket).where(REFERENCES.c.bank == BANK, REFERENCES.c.rrn == posting.rrn)
        if (await connection.execute(spent)).scalar_one() != ticket.id:
            raise AlreadySpent
    debit, credit = sides(posting.kind, ticket.obligation.purpose)
    row = insert(POSTINGS).values(
        ticket=ticket.id,
        rrn=posting.rrn,
        kind=posting.kind.value,
        debit=debit.value,
        credit=credit.value,
        amount=posting.amount,
        at=microseconds(now),
    )
    await connection.execute(row.on_conflict_do_nothing(index_elements=["rrn", "kind"]))


async def posted(
    connection: AsyncConnection, tickets: Collection[str]
) -> Mapping[str, frozenset[tuple[str, PostingKind]]]:
    """What stands in the ledger for each of the tickets, by reference."""
    chosen = sa.select(POSTINGS.c.ticket, POSTINGS.c.rrn, POSTINGS.c.kind).where(POSTINGS.c.ticket.in_(tickets))
    found: dict[str, set[tuple[str, PostingKind]]] = {ticket: set() for ticket in tickets}
    for ticket, rrn, kind in await connection.execute(chosen):
        found[ticket].add((rrn, PostingKind(kind)))
    return {ticket: frozenset(postings) for ticket, postings in found.items()}


async def balances(connection: AsyncConnection) -> Mapping[Account, int]:
    """Debits less credits of each account; they add up to nothing."""
    found = dict.fromkeys(Account, 0)
    for side, sign in ((POSTINGS.c.debit, 1), (POSTINGS.c.credit, -1)):
        for account, amount in await connection.execute(sa.select(side, sa.func.sum(POSTINGS.c.amount)).group_by(side)):
            found[Account(account)] += sign * int(amount)
    return found
