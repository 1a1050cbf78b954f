"""The only module that opens the adapters: it wraps their Lookups and hands them out as `Sources`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from adapters import (
    bank_refah,
    branch_counter,
    branch_databases,
    branch_intake,
    civil_registry,
    finance,
    insurance_funds,
    labour_ministry,
    medical_commission,
    registry_events,
    short_term_benefits,
    sms,
)
from adapters.outbound.authority import open_authority
from adapters.outbound.circuit import Circuits, breaking
from adapters.outbound.guard import Guard, metered
from adapters.outbound.retries import retried
from adapters.outbound.sql import place_of
from gateway.domain.calendar import Day
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceRefusedUs
from gateway.domain.identifiers import BranchCode
from gateway.domain.lookup import Lookup
from gateway.domain.messages import Outbox
from gateway.domain.office import Office
from gateway.domain.payment_bank import BankCalls, PaymentBank, ReconciliationFile
from gateway.domain.payment_document import Finance
from gateway.domain.premium_list import ListIntake
from gateway.domain.registry_event import RegistryFeed
from gateway.http.authentication import Authority, TokenAuthenticator, authenticator_of
from gateway.loading.ages import remembered_sources
from gateway.loading.counters import Counters, LocalCounters
from gateway.loading.memory import Changed
from gateway.loading.redis_counters import RedisCounters
from gateway.loading.redis_memory import RedisMemory, open_memory
from gateway.loading.redis_replay import RedisReplay
from gateway.loading.replay import LocalReplay, Replay
from gateway.loading.shapes import CallShapes
from gateway.loading.sources import Sources
from gateway.loading.tally import tallied
from gateway.metrics import Metrics
from gateway.reach import Address, Reach
from gateway.rights.contract_files import ContractError, Contracts
from gateway.rights.grantable import Grantable
from gateway.rights.registers import RegisterError, Registers
from gateway.rights.watching import as_they_are, keep_up
from gateway.settings import Settings

log = structlog.get_logger()

K = TypeVar("K")
V = TypeVar("V")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Governed:
    """What says who may see what of whom: files that an operator keeps."""

    contracts: Contracts
    registers: Registers


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """What the rest of the gateway needs of the outside."""

    sources: Sources
    reach: Reach
    counters: Counters
    authenticator: TokenAuthenticator
    offices: Mapping[Source, Office] = field(default_factory=dict)
    list_intake: ListIntake | None = None
    bank: PaymentBank
    bank_calls: BankCalls | None = None
    feed: RegistryFeed | None = None
    finance: Finance | None = None
    outbox: Outbox | None = None


def addresses(settings: Settings) -> dict[Source, list[Address]]:
    """Where each back office listens."""
    branches = settings.branch_databases
    places = {
        Source.CIVIL_REGISTRY: [Address.of_url("civil registry", settings.civil_registry.url)],
        Source.BANK_REFAH: [Address.of_url("Bank Refah", settings.bank_refah.url)],
        Source.LABOUR_MINISTRY: [Address.of_url("Labour Ministry", settings.labour_ministry.url)],
        Source.BRANCH_DATABASES: [
            Address("directory of branches", *place_of(branches.directory_url)),
            *(Address(f"branch {code}", *place_of(branch.url)) for code, branch in branches.branches.items()),
        ],
    }
    if settings.branch_intake is not None:
        places[Source.BRANCH_INTAKE] = [
            Address.of_url(f"intake of branch {code}", url) for code, url in settings.branch_intake.branches.items()
        ]
    optional = {
        Source.MEDICAL_COMMISSION: ("medical commission", settings.medical_commission),
        Source.BRANCH_COUNTER: ("branch counter", settings.branch_counter),
        Source.SHORT_TERM_BENEFITS: ("short-term benefits", settings.short_term_benefits),
        Source.REGISTRY_EVENTS: ("registry events", settings.registry_events),
        Source.INSURANCE_FUNDS: ("insurance funds", settings.insurance_funds),
        Source.FINANCE: ("finance", settings.finance),
        Source.SMS: ("SMS", settings.sms),
    }
    return places | {
        source: [Address.of_url(name, place.url)] for source, (name, place) in optional.items() if place is not None
    }


def issuer_addresses(settings: Settings) -> list[Address]:
    """Where the issuers of tokens listen; none for keys in a file."""
    return [
        Address.of_url("issuer of tokens", url)
        for issuer in settings.tokens.issuers
        if (url := issuer.jwks_url or issuer.introspection_url)
    ]


@asynccontextmanager
async def governed(
    settings: Settings, clock: Clock, grantable: Grantable, *, sandbox: bool = False
) -> AsyncIterator[Governed]:
    """Reads contracts and registers, and keeps up with their files until the block ends.

    In the sandbox contracts are in force whenever it runs. Raises RuntimeError with a sentence, file and line where the
    files do not let the gateway start.
    """
    known = as_they_are(settings.contracts, settings.registers)
    try:
        contracts = Contracts(settings.contracts, grantable, renewed_by=clock if sandbox else None)
        held = Governed(contracts, Registers(settings.registers, clock))
    except (ContractError, RegisterError) as problem:
        raise RuntimeError(str(problem)) from None
    for contract in contracts.all():
        if not held.registers.has(contract.relation):
            log.warning("contract.covers_nobody", contract=contract.name, register=contract.relation)
    keeping = asyncio.create_task(keep_up((held.contracts, held.registers), known, seconds=settings.reread_seconds))
    try:
        yield held
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


@asynccontextmanager
async def connected(
    settings: Settings, clock: Clock, metrics: Metrics | None = None, changed: Mapping[str, Changed] | None = None
) -> AsyncIterator[Wired]:
    """Opens all back offices and closes them with the block. None of them has to be up.

    `changed`: by the name of a question, when writes of ours changed its facts.
    """
    metrics = metrics or Metrics()
    reach = Reach(addresses(settings), clock)

    circuits = {source: Circuits(source, clock, settings.resilience.circuit, _turned) for source in Source}
    metrics.read("tamin_circuit_open", _CIRCUIT, ("system", "branch"), lambda: _open_circuits(circuits), grows=False)

    def guard(source: Source) -> Guard:
        """Of questions. A command must not be repeated: it has a guard without `retried`."""
        watched = metered(breaking(circuits[source]), source, clock, metrics.called)
        return retried(watched, settings.resilience.retries)

    shapes = call_shapes(settings)

    def asked_of(source: Source, lookup: Lookup[K, V], *, one_branch: bool = False) -> Lookup[K, V]:
        return tallied(reach.observed(source, lookup), source, shapes, one_branch=one_branch)

    def registry(lookup: Lookup[K, V]) -> Lookup[K, V]:
        return asked_of(Source.CIVIL_REGISTRY, lookup)

    def branch(lookup: Lookup[K, V]) -> Lookup[K, V]:
        return asked_of(Source.BRANCH_DATABASES, lookup)

    def one_branch(lookup: Lookup[K, V]) -> Lookup[K, V]:
        return asked_of(Source.BRANCH_DATABASES, lookup, one_branch=True)

    async with AsyncExitStack() as stack:
        people = await stack.enter_async_context(
            civil_registry.connect(settings.civil_registry, clock, guard(Source.CIVIL_REGISTRY))
        )
        bank = await stack.enter_async_context(bank_refah.connect(settings.bank_refah, clock, guard(Source.BANK_REFAH)))
        ministry = await stack.enter_async_context(
            labour_ministry.connect(settings.labour_ministry, clock, guard(Source.LABOUR_MINISTRY))
        )
        branches = await stack.enter_async_context(
            branch_databases.connect(settings.branch_databases, clock, guard(Source.BRANCH_DATABASES))
        )
        events = await _opened(
            stack,
            settings.registry_events,
            lambda at: registry_events.connect(at, clock, guard(Source.REGISTRY_EVENTS)),
        )
        funds = await _opened(
            stack,
            settings.insurance_funds,
            lambda at: insurance_funds.connect(at, clock, guard(Source.INSURANCE_FUNDS)),
        )
        treasury = await _opened(stack, settings.finance, lambda at: finance.connect(at, clock, guard(Source.FINANCE)))
        asked = Sources(
            citizens_by_national_id=registry(people.citizens_by_national_id),
            photos_by_national_id=registry(people.photos_by_national_id),
            payments_by_payer=asked_of(Source.BANK_REFAH, bank.payments_by_payer),
            unemployment_cases_by_person=asked_of(Source.LABOUR_MINISTRY, ministry.unemployment_cases_by_person),
            insurances_by_person=branch(branches.insurances_by_person),
            dependents_by_supporter=branch(branches.dependents_by_supporter),
            contribution_summaries_by_person=branch(branches.contribution_summaries_by_person),
            contribution_pages=branch(branches.contribution_pages),
            pensions_by_person=branch(branches.pensions_by_person),
            debt_pages_by_person=branch(branches.debt_pages_by_person),
            workshops_by_key=one_branch(branches.workshops_by_key),
            debt_pages_by_workshop=one_branch(branches.debt_pages_by_workshop),
            ledgers_by_debt=one_branch(branches.ledgers_by_debt),
            claim_orders_by_workshop=one_branch(branches.claim_orders_by_workshop),
            events_by_person=asked_of(
                Source.REGISTRY_EVENTS,
                events.events_by_person if events else unconnected(Source.REGISTRY_EVENTS),
            ),
            fund_memberships_by_person=asked_of(
                Source.INSURANCE_FUNDS,
                funds.fund_memberships_by_person if funds else unconnected(Source.INSURANCE_FUNDS),
            ),
            payment_documents_by_number=asked_of(
                Source.FINANCE, treasury.payment_documents_by_number if treasury else unconnected(Source.FINANCE)
            ),
        )
        yield Wired(
            sources=await _remembering(asked, settings, clock, stack, metrics, changed or {}),
            reach=reach,
            counters=_counters(settings, clock, stack),
            authenticator=await _authenticator(settings, clock, stack),
            offices=await _offices(settings, clock, stack),
            list_intake=await _opened(stack, settings.branch_intake, lambda at: branch_intake.connect(at, clock)),
            bank=bank.money,
            bank_calls=bank.calls,
            feed=events.feed if events else None,
            finance=treasury.orders if treasury else None,
            outbox=await _opened(stack, settings.sms, lambda at: sms.connect(at, clock)),
        )


async def _offices(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Mapping[Source, Office]:
    """Who decides requests, as far as the settings name them."""
    opened = {
        Source.MEDICAL_COMMISSION: await _opened(
            stack, settings.medical_commission, lambda at: medical_commission.connect(at, clock)
        ),
        Source.BRANCH_COUNTER: await _opened(
            stack, settings.branch_counter, lambda at: branch_counter.connect(at, clock)
        ),
        Source.SHORT_TERM_BENEFITS: await _opened(
            stack, settings.short_term_benefits, lambda at: short_term_benefits.connect(at, clock)
        ),
    }
    return {source: office for source, office in opened.items() if office is not None}


async def _opened(
    stack: AsyncExitStack, at: S | None, connect: Callable[[S], AbstractAsyncContextManager[V]]
) -> V | None:
    """None where the settings do not name the system."""
    return None if at is None else await stack.enter_async_context(connect(at))


def unconnected(source: Source) -> Lookup[Any, Any]:
    """Of a system that the settings do not name: an operator has to, and nobody is asked until then."""

    async def lookup(keys: Sequence[Any], /) -> Mapping[Any, Any]:
        if keys:
            raise SourceRefusedUs(source, "it is not in the settings")
        return {}

    return lookup


_CIRCUIT = "1 where a system, or one of its branches, failed just now and is not asked."


def _turned(source: Source, branch: BranchCode | None, is_open: bool) -> None:
    if is_open:
        log.warning("circuit.opened", system=_system(source, branch))
    else:
        log.warning("circuit.closed", system=_system(source, branch))


def _system(source: Source, branch: BranchCode | None) -> str:
    return f"{source.value}.{branch.digits}" if branch else source.value


def _open_circuits(circuits: Mapping[Source, Circuits]) -> dict[tuple[str, ...], float]:
    return {
        (source.value, branch.digits if branch else ""): float(is_open)
        for source, of_source in circuits.items()
        for branch, is_open in of_source.are_open().items()
    }


def call_shapes(settings: Settings) -> CallShapes:
    """How the systems are asked, as their adapters are set."""
    bank, ministry, branches = settings.bank_refah, settings.labour_ministry, settings.branch_databases
    return CallShapes(
        bank_batch=bank.batch_size,
        bank_page=bank.page_size,
        ministry_batch=ministry.batch_size,
        ministry_page=ministry.page_size,
        events_batch=settings.registry_events.batch_size if settings.registry_events else 100,
        funds_batch=settings.insurance_funds.batch_size if settings.insurance_funds else 100,
        documents_batch=settings.finance.batch_size if settings.finance else 50,
        branches=len(branches.branches),
        branch_batch=branches.persons_per_statement,
    )


def _counters(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Counters:
    place = settings.counted_in
    counters: Counters = LocalCounters(clock) if place is None else RedisCounters(place, clock)
    stack.push_async_callback(counters.aclose)
    return counters


async def _remembering(
    asked: Sources,
    settings: Settings,
    clock: Clock,
    stack: AsyncExitStack,
    metrics: Metrics,
    changed: Mapping[str, Changed],
) -> Sources:
    """The same questions behind the memory that the settings name; `off` leaves them as they are."""
    if settings.memory == "off":
        return asked
    url = None if settings.memory == "process" else settings.memory
    memory = open_memory(url, settings.keyring, former=settings.former_keyrings, clock=clock)
    stack.push_async_callback(memory.aclose)
    return remembered_sources(asked, memory, settings.memory_ages, clock, metrics.remembered, changed)


async def _authenticator(settings: Settings, clock: Clock, stack: AsyncExitStack) -> TokenAuthenticator:
    """Asks no issuer before its first token."""
    authorities: dict[str, Authority] = {
        issuer.issuer: await stack.enter_async_context(open_authority(ca_file=issuer.ca_file))
        for issuer in settings.tokens.issuers
    }
    replay: Replay = LocalReplay(clock)
    if settings.replay is not None:
        shared = RedisReplay(RedisMemory(settings.replay), settings.keyring)
        stack.push_async_callback(shared.aclose)
        replay = shared
    authenticator = authenticator_of(settings.tokens, authorities, replay, settings.keyring, clock)
    stack.push_async_callback(authenticator.aclose)
    return authenticator


def reconciliation_file(text: str, day: Day) -> ReconciliationFile:
    """The bank's file of a day that somebody brought. Raises SourceIncoherent where it is none."""
    return bank_refah.file_from(text, day)
