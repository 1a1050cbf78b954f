"""Debts of persons and of workshops, and the ledger of each."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Sequence

from strawberry import Info

from executor import by_column
from gateway.domain.calendar import Day
from gateway.domain.debt import Debt, DebtKey, DebtPosition, DebtsOfPerson, DebtsOfWorkshop, LedgerEntry
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.listing import Listing
from gateway.resolvers.paging import (
    DEFAULT_FIRST,
    After,
    Connection,
    Cursors,
    First,
    connection,
    connections,
    page_size,
)
from gateway.resolvers.relation import own_facts_of


@by_column
def debts_of_person(
    roots: Sequence[PersonKey], info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> asyncio.Future[list[Connection[Debt, DebtPosition] | Exception | None]]:
    size = page_size(first)

    def cursors(root: PersonKey) -> Cursors[DebtPosition]:
        return Cursors(info.context.keyring, DebtPosition, ("Person.debts", root.national_id.digits))

    def question(root: PersonKey, after: DebtPosition | None) -> DebtsOfPerson:
        return DebtsOfPerson(person=own_facts_of(root), first=size, after=after)

    pages = info.context.loaders.debt_pages_by_person
    return connections(roots, pages, question, position=_position, cursors=cursors, after=after)


async def debts_of_workshop(
    root: Fact[Workshop], info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> Connection[Debt, DebtPosition] | None:
    key = WorkshopKey(root.value.code, root.value.branch)
    cursors = Cursors(info.context.keyring, DebtPosition, ("Workshop.debts", key.code.digits, key.branch.digits))
    position = cursors.read(after)
    question = DebtsOfWorkshop(workshop=key, first=page_size(first), after=position)
    fact = await info.context.loaders.debt_pages_by_workshop.load(question)
    return connection(fact, position=_position, cursors=cursors, after=position) if fact else None


async def ledger_of(root: Debt, info: Info[RequestContext, None]) -> Listing[LedgerEntry] | None:
    fact = await info.context.loaders.ledgers_by_debt.load(DebtKey(root.number, root.branch))
    return Listing(fact.value, fact.provenance) if fact else None


def _position(debt: Debt) -> DebtPosition:
    return DebtPosition(issued=_yyyymmdd(debt.issued), branch=debt.branch, number=debt.number)


def _yyyymmdd(day: Day | None) -> int:
    return day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0) if day else 0
