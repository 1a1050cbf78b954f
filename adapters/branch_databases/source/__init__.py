"""The branches' answers as Lookups (contract: gateway/domain/lookup.py)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.branch_databases.client.branches import Branches
from adapters.branch_databases.client.directory import Directory
from adapters.branch_databases.settings import BranchDatabasesSettings
from adapters.branch_databases.source.of_debts import OfDebts
from adapters.branch_databases.source.of_persons import OfPersons
from adapters.branch_databases.source.of_workshops import OfWorkshops
from adapters.branch_databases.source.pages import Pages
from adapters.branch_databases.source.surroundings import Surroundings
from adapters.outbound.guard import Guard, unguarded
from gateway.domain.clock import Clock
from gateway.domain.contribution import ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.debt import ClaimOrder, Debt, DebtKey, DebtsOfPerson, DebtsOfWorkshop, LedgerEntry
from gateway.domain.dependent import Dependent
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Lookup, Page
from gateway.domain.pension import Pension
from gateway.domain.workshop import Workshop

FIRST_LOAD_SECONDS = 1.0  # opening waits so long for the directory; it is read on in the background


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchDatabases:
    """Lists without an item are absent; pages and insurances never are."""

    insurances_by_person: Lookup[NationalId, Insurance]
    dependents_by_supporter: Lookup[NationalId, tuple[Dependent, ...]]
    contribution_summaries_by_person: Lookup[NationalId, ContributionSummary]
    contribution_pages: Lookup[ContributionQuery, Page[ContributionRecord]]
    pensions_by_person: Lookup[NationalId, Pension]
    debt_pages_by_person: Lookup[DebtsOfPerson, Page[Debt]]
    workshops_by_key: Lookup[WorkshopKey, Workshop]
    debt_pages_by_workshop: Lookup[DebtsOfWorkshop, Page[Debt]]
    ledgers_by_debt: Lookup[DebtKey, tuple[LedgerEntry, ...]]
    claim_orders_by_workshop: Lookup[WorkshopKey, tuple[ClaimOrder, ...]]


@contextlib.asynccontextmanager
async def connect(
    settings: BranchDatabasesSettings, clock: Clock, guard: Guard = unguarded
) -> AsyncIterator[BranchDatabases]:
    """Opens with every database away, too; what is missing says so when it is asked for. `guard`: of each statement."""
    directory, branches = Directory(settings, clock), Branches(settings, guard)
    refreshing = asyncio.create_task(directory.keep_fresh())
    try:
        await directory.wait_until_loaded(FIRST_LOAD_SECONDS)
        around = Surroundings(settings, clock, directory, branches)
        persons, pages, workshops, debts = OfPersons(around), Pages(around), OfWorkshops(around), OfDebts(around)
        yield BranchDatabases(
            insurances_by_person=persons.insurances,
            dependents_by_supporter=persons.dependents,
            contribution_summaries_by_person=persons.contribution_summaries,
            contribution_pages=pages.contributions,
            pensions_by_person=persons.pensions,
            debt_pages_by_person=pages.debts_of_persons,
            workshops_by_key=workshops.workshops,
            debt_pages_by_workshop=pages.debts_of_workshops,
            ledgers_by_debt=debts.ledgers,
            claim_orders_by_workshop=workshops.claim_orders,
        )
    finally:
        refreshing.cancel()
        await asyncio.gather(refreshing, return_exceptions=True)
        await branches.close()
        await directory.close()
