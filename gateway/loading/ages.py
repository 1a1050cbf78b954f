"""How long each group of facts is worth remembering: settings of ours, no law."""

import dataclasses
from typing import TypeVar

from gateway.domain.citizen import Citizen, Photo
from gateway.domain.clock import Clock, SystemClock
from gateway.domain.contribution import ContributionRecord, ContributionSummary
from gateway.domain.debt import ClaimOrder, Debt, LedgerEntry
from gateway.domain.dependent import Dependent
from gateway.domain.failure import Source
from gateway.domain.insurance import Insurance
from gateway.domain.lookup import Lookup, Page
from gateway.domain.payment import PremiumPayment
from gateway.domain.pension import Pension
from gateway.domain.unemployment import UnemploymentCase
from gateway.domain.workshop import Workshop
from gateway.loading.memory import FactKind, Memory, remembered
from gateway.loading.sources import Sources

K = TypeVar("K")
V = TypeVar("V")

SECOND = 1.0
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MemoryAges:
    """In seconds, by fact group; 0 remembers nothing of it. A key that does not exist is remembered for
    `absent_share` of its group's age, `absent_most` seconds at most."""

    citizens: float = DAY  # the registry counts calls by the day and closes at night
    photos: float = 7 * DAY
    payments: float = 30 * SECOND  # a payer watches for the confirmation
    unemployment_cases: float = 5 * MINUTE
    insurances: float = HOUR
    dependents: float = HOUR
    contribution_summaries: float = 6 * HOUR  # employers' lists come in by the month
    contribution_pages: float = 6 * HOUR
    pensions: float = HOUR
    debts: float = 5 * MINUTE
    ledgers: float = 5 * MINUTE
    claim_orders: float = 15 * MINUTE
    workshops: float = HOUR
    absent_share: float = 0.25
    absent_most: float = 10 * MINUTE


def remembered_sources(
    sources: Sources, memory: Memory, ages: MemoryAges | None = None, clock: Clock | None = None
) -> Sources:
    """The same questions, each of which asks the memory first."""
    set_ages, set_clock = ages or MemoryAges(), clock or SystemClock()

    def aged(lookup: Lookup[K, V], source: Source, operation: str, value: object, age: float) -> Lookup[K, V]:
        absent_age = min(age * set_ages.absent_share, set_ages.absent_most)
        kind: FactKind[V] = FactKind(source=source, operation=operation, value=value, age=age, absent_age=absent_age)
        return remembered(lookup, memory, kind, set_clock) if age > 0 else lookup

    registry, branches = Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES
    return Sources(
        citizens_by_national_id=aged(
            sources.citizens_by_national_id, registry, "citizens_by_national_id", Citizen, set_ages.citizens
        ),
        photos_by_national_id=aged(
            sources.photos_by_national_id, registry, "photos_by_national_id", Photo, set_ages.photos
        ),
        payments_by_payer=aged(
            sources.payments_by_payer,
            Source.BANK_REFAH,
            "payments_by_payer",
            tuple[PremiumPayment, ...],
            set_ages.payments,
        ),
        unemployment_cases_by_person=aged(
            sources.unemployment_cases_by_person,
            Source.LABOUR_MINISTRY,
            "unemployment_cases_by_person",
            UnemploymentCase,
            set_ages.unemployment_cases,
        ),
        insurances_by_person=aged(
            sources.insurances_by_person, branches, "insurances_by_person", Insurance, set_ages.insurances
        ),
        dependents_by_supporter=aged(
            sources.dependents_by_supporter,
            branches,
            "dependents_by_supporter",
            tuple[Dependent, ...],
            set_ages.dependents,
        ),
        contribution_summaries_by_person=aged(
            sources.contribution_summaries_by_person,
            branches,
            "contribution_summaries_by_person",
            ContributionSummary,
            set_ages.contribution_summaries,
        ),
        contribution_pages=aged(
            sources.contribution_pages,
            branches,
            "contribution_pages",
            Page[ContributionRecord],
            set_ages.contribution_pages,
        ),
        pensions_by_person=aged(sources.pensions_by_person, branches, "pensions_by_person", Pension, set_ages.pensions),
        debt_pages_by_person=aged(
            sources.debt_pages_by_person, branches, "debt_pages_by_person", Page[Debt], set_ages.debts
        ),
        workshops_by_key=aged(sources.workshops_by_key, branches, "workshops_by_key", Workshop, set_ages.workshops),
        debt_pages_by_workshop=aged(
            sources.debt_pages_by_workshop, branches, "debt_pages_by_workshop", Page[Debt], set_ages.debts
        ),
        ledgers_by_debt=aged(
            sources.ledgers_by_debt, branches, "ledgers_by_debt", tuple[LedgerEntry, ...], set_ages.ledgers
        ),
        claim_orders_by_workshop=aged(
            sources.claim_orders_by_workshop,
            branches,
            "claim_orders_by_workshop",
            tuple[ClaimOrder, ...],
            set_ages.claim_orders,
        ),
    )
