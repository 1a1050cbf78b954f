"""How long each group of facts is worth remembering: settings of ours, no law."""

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any

from gateway.domain.clock import Clock, SystemClock
from gateway.domain.failure import Source
from gateway.domain.settable import DurationOrZero, Share
from gateway.loading.memory import Changed, FactKind, Found, remembered
from gateway.loading.near_memory import NearMemory
from gateway.loading.sources import Sources
from gateway.loading.stores import Memory

SECOND = 1.0
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


# Facts that answers write as they are. Not those that name others, who may have become protected, or a workshop.
WRITTEN_WHOLE = frozenset(
    {
        "citizens_by_national_id",
        "photos_by_national_id",
        "payments_by_payer",
        "unemployment_cases_by_person",
        "insurances_by_person",
        "contribution_summaries_by_person",
        "contribution_pages",
        "pensions_by_person",
        "debt_pages_by_person",
    }
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MemoryAges:
    """In seconds, one a question of `Sources`; 0 remembers nothing of it.

    `near` is how long a fact that was read is held in this process, for nearby questions about it; 0 for not at all.
    A key that does not exist is remembered for `absent_share` of that age, and for `absent_most` seconds at most.
    """

    citizens_by_national_id: DurationOrZero = DAY  # the registry counts calls by the day and closes at night
    photos_by_national_id: DurationOrZero = 7 * DAY
    payments_by_payer: DurationOrZero = 30 * SECOND  # a payer watches for the confirmation
    unemployment_cases_by_person: DurationOrZero = 5 * MINUTE
    insurances_by_person: DurationOrZero = HOUR
    dependents_by_supporter: DurationOrZero = HOUR
    contribution_summaries_by_person: DurationOrZero = 6 * HOUR  # employers' lists come in by the month
    contribution_pages: DurationOrZero = 6 * HOUR
    pensions_by_person: DurationOrZero = HOUR
    debt_pages_by_person: DurationOrZero = 5 * MINUTE
    workshops_by_key: DurationOrZero = HOUR
    debt_pages_by_workshop: DurationOrZero = 5 * MINUTE
    ledgers_by_debt: DurationOrZero = 5 * MINUTE
    claim_orders_by_workshop: DurationOrZero = 15 * MINUTE
    events_by_person: DurationOrZero = HOUR
    fund_memberships_by_person: DurationOrZero = HOUR
    payment_documents_by_number: DurationOrZero = MINUTE
    near: DurationOrZero = 5 * SECOND
    absent_share: Share = 0.25
    absent_most: DurationOrZero = 10 * MINUTE


def remembered_sources(
    sources: Sources,
    memory: Memory,
    ages: MemoryAges | None = None,
    clock: Clock | None = None,
    found: Found | None = None,
    changed: Mapping[str, Changed] | None = None,
) -> Sources:
    """The same questions, each of which asks the memory first. `changed`: by the name of a question, when writes of
    ours changed its facts."""
    ages, ticking = ages or MemoryAges(), clock or SystemClock()
    known = fact_kinds(ages)
    near = NearMemory(ticking, age=ages.near) if ages.near > 0 else None
    wrote = changed or {}
    lookups: dict[str, Any] = {
        name: remembered(getattr(sources, name), memory, kind, ticking, near=near, found=found, changed=wrote.get(name))
        if kind.age > 0
        else getattr(sources, name)
        for name, kind in known.items()
    }
    return Sources(**lookups)


def fact_kinds(ages: MemoryAges) -> dict[str, FactKind[Any]]:
    """The kind of fact behind each question of `Sources`, by its name: typed as `Sources` says."""
    kinds: dict[str, FactKind[Any]] = {}
    for name, lookup in typing.get_type_hints(Sources).items():
        age = getattr(ages, name)
        _, value = typing.get_args(lookup)
        kinds[name] = FactKind(
            source=_source(name),
            operation=name,
            value=value,
            age=age,
            absent_age=min(age * ages.absent_share, ages.absent_most),
            keeps_faces=name in WRITTEN_WHOLE,
        )
    return kinds


def _source(name: str) -> Source:
    match name:
        case "citizens_by_national_id" | "photos_by_national_id":
            return Source.CIVIL_REGISTRY
        case "payments_by_payer":
            return Source.BANK_REFAH
        case "unemployment_cases_by_person":
            return Source.LABOUR_MINISTRY
        case "events_by_person":
            return Source.REGISTRY_EVENTS
        case "fund_memberships_by_person":
            return Source.INSURANCE_FUNDS
        case "payment_documents_by_number":
            return Source.FINANCE
        case _:
            return Source.BRANCH_DATABASES
