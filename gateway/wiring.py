"""The only module that opens the adapters: it wraps their Lookups and hands them out as `Sources`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from adapters import bank_refah, branch_databases, civil_registry, labour_ministry
from gateway.domain.clock import Clock
from gateway.domain.failure import Source
from gateway.domain.lookup import Lookup
from gateway.loading.ages import remembered_sources
from gateway.loading.redis_memory import open_memory
from gateway.loading.sources import Sources
from gateway.reach import Address, Reach
from gateway.settings import Settings

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """What the rest of the gateway needs of the outside."""

    sources: Sources
    reach: Reach


def addresses(settings: Settings) -> dict[Source, list[Address]]:
    """Where each back office listens."""
    branches = settings.branch_databases
    return {
        Source.CIVIL_REGISTRY: [Address.of_url("civil registry", settings.civil_registry.url)],
        Source.BANK_REFAH: [Address.of_url("Bank Refah", settings.bank_refah.url)],
        Source.LABOUR_MINISTRY: [Address.of_url("Labour Ministry", settings.labour_ministry.url)],
        Source.BRANCH_DATABASES: [
            Address.of_url("directory of branches", branches.directory_url),
            *(Address.of_url(f"branch {code}", branch.url) for code, branch in branches.branches.items()),
        ],
    }


@asynccontextmanager
async def connected(settings: Settings, clock: Clock) -> AsyncIterator[Wired]:
    """Opens all back offices and closes them with the block. None of them has to be up."""
    reach = Reach(addresses(settings), clock)

    def registry(lookup: Lookup[K, V]) -> Lookup[K, V]:
        return reach.observed(Source.CIVIL_REGISTRY, lookup)

    def branch(lookup: Lookup[K, V]) -> Lookup[K, V]:
        return reach.observed(Source.BRANCH_DATABASES, lookup)

    async with AsyncExitStack() as stack:
        people = await stack.enter_async_context(civil_registry.connect(settings.civil_registry, clock))
        bank = await stack.enter_async_context(bank_refah.connect(settings.bank_refah, clock))
        ministry = await stack.enter_async_context(labour_ministry.connect(settings.labour_ministry, clock))
        branches = await stack.enter_async_context(branch_databases.connect(settings.branch_databases, clock))
        asked = Sources(
            citizens_by_national_id=registry(people.citizens_by_national_id),
            photos_by_national_id=registry(people.photos_by_national_id),
            payments_by_payer=reach.observed(Source.BANK_REFAH, bank.payments_by_payer),
            unemployment_cases_by_person=reach.observed(Source.LABOUR_MINISTRY, ministry.unemployment_cases_by_person),
            insurances_by_person=branch(branches.insurances_by_person),
            dependents_by_supporter=branch(branches.dependents_by_supporter),
            contribution_summaries_by_person=branch(branches.contribution_summaries_by_person),
            contribution_pages=branch(branches.contribution_pages),
            pensions_by_person=branch(branches.pensions_by_person),
            debt_pages_by_person=branch(branches.debt_pages_by_person),
            workshops_by_key=branch(branches.workshops_by_key),
            debt_pages_by_workshop=branch(branches.debt_pages_by_workshop),
            ledgers_by_debt=branch(branches.ledgers_by_debt),
            claim_orders_by_workshop=branch(branches.claim_orders_by_workshop),
        )
        yield Wired(sources=await _remembering(asked, settings, clock, stack), reach=reach)


async def _remembering(asked: Sources, settings: Settings, clock: Clock, stack: AsyncExitStack) -> Sources:
    """The same questions behind the memory that the settings name; `off` leaves them as they are."""
    if settings.memory == "off":
        return asked
    url = None if settings.memory == "process" else settings.memory
    memory = open_memory(url, settings.keyring, former=settings.former_keyrings, clock=clock)
    stack.push_async_callback(memory.aclose)
    return remembered_sources(asked, memory, settings.memory_ages, clock)
