"""What was paid here for debts, by debt: until the branches have booked it, nobody else knows."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from gateway.domain.debt import DebtKey
from gateway.domain.money import Rial
from gateway.domain.payment_ticket import PaymentTicket, PostingKind
from gateway.requests.database import Database, microseconds
from gateway.requests.payments.tables import POSTINGS, TICKETS
from gateway.requests.sealing import Sealing


class Credits:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def of_debts(self, debts: Sequence[DebtKey], since: datetime.datetime) -> Mapping[DebtKey, Rial]:
        """Rial credited since a moment and not withdrawn; debts without any are absent. Raises StoreUnavailable."""
        names = {name: debt for debt in debts for name in self._sealing.all_hashed("debt", debt_name(debt))}
        withdrawn = sa.select(POSTINGS.c.rrn).where(POSTINGS.c.kind == PostingKind.WITHDRAWN.value).scalar_subquery()
        chosen = (
            sa.select(TICKETS.c.debt, sa.func.sum(POSTINGS.c.amount))
            .join(POSTINGS, POSTINGS.c.ticket == TICKETS.c.id)
            .where(
                TICKETS.c.debt.in_(names),
                POSTINGS.c.kind == PostingKind.CREDITED.value,
                POSTINGS.c.at >= microseconds(since),
                POSTINGS.c.rrn.not_in(withdrawn),
            )
            .group_by(TICKETS.c.debt)
        )
        found: dict[DebtKey, int] = defaultdict(int)
        async with self._database.reading() as connection:
            for name, amount in await connection.execute(chosen):
                found[names[name]] += int(amount)
        return {debt: Rial(amount) for debt, amount in found.items()}


def debt_name(debt: DebtKey) -> str:
    return f"{debt.branch.digits}:{debt.number}"


def debt_column(sealing: Sealing, ticket: PaymentTicket) -> str | None:
    """How a ticket's debt stands in its row, whoever pays it: an employer's debt can be paid by several persons."""
    debt = ticket.obligation.debt
    return sealing.hashed("debt", debt_name(debt)) if debt else None
