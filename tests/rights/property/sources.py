"""The country's systems, each a dict behind a gate, and what was asked of them by whom."""

import asyncio
import contextvars
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from adapters.outbound.single_flight import single_flight
from gateway.domain.clock import Clock
from gateway.domain.contribution import ContributionQuery
from gateway.domain.debt import DebtKey, DebtsOfPerson, DebtsOfWorkshop
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.lookup import Fact, Page, Provenance
from gateway.loading.ages import remembered_sources
from gateway.loading.sources import Sources
from gateway.loading.stores import Memory
from tests.rights.property.country import NOW, Country, name_of

REQUEST: contextvars.ContextVar[str] = contextvars.ContextVar("request", default="nobody")

_SYSTEMS = {
    "citizens_by_national_id": Source.CIVIL_REGISTRY,
    "photos_by_national_id": Source.CIVIL_REGISTRY,
    "payments_by_payer": Source.BANK_REFAH,
    "unemployment_cases_by_person": Source.LABOUR_MINISTRY,
    "events_by_person": Source.REGISTRY_EVENTS,
    "fund_memberships_by_person": Source.INSURANCE_FUNDS,
    "payment_documents_by_number": Source.FINANCE,
}


@dataclass
class Systems:
    """`wanted` has (request, question, whose) as the loaders asked it; `asked` (question, whose) as a system saw it.

    `flights` counts what was asked through the shared flights, so that `flights - asked` were joined.
    """

    country: Country
    wanted: list[tuple[str, str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    flights: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def sources(self, memory: Memory | None, clock: Clock) -> Sources:
        names = [each.name for each in fields(Sources)]
        shared = Sources(**{name: self._counted(single_flight(self._system(name))) for name in names})
        kept = remembered_sources(shared, memory, clock=clock) if memory is not None else shared
        return Sources(**{name: self._noted(name, getattr(kept, name)) for name in names})

    def _noted(self, name: str, lookup: Any) -> Any:
        async def ask(keys: Sequence[Any], /) -> Mapping[Any, Any]:
            request = REQUEST.get()
            self.wanted.extend((request, name, self._whose(key)) for key in keys)
            answer: Mapping[Any, Any] = await lookup(keys)
            return answer

        return ask

    def _counted(self, lookup: Any) -> Any:
        async def ask(keys: Sequence[Any], /) -> Mapping[Any, Any]:
            self.flights += len(keys)
            answer: Mapping[Any, Any] = await lookup(keys)
            return answer

        return ask

    def _system(self, name: str) -> Any:
        provenance = Provenance(source=_SYSTEMS.get(name, Source.BRANCH_DATABASES), fetched_at=NOW)

        async def ask(keys: Sequence[Any], /) -> Mapping[Any, Any]:
            self.asked.extend((name, self._whose(key)) for key in keys)
            await self.gate.wait()
            found = {key: self._said(name, key) for key in keys}
            return {key: Fact(value, provenance) for key, value in found.items() if value is not None}

        return ask

    def _whose(self, key: Any) -> str:
        match key:
            case NationalId():
                return key.digits
            case ContributionQuery() | DebtsOfPerson():
                return key.person.digits
            case DebtsOfWorkshop():
                return name_of(key.workshop)
            case WorkshopKey():
                return name_of(key)
            case DebtKey():
                return self.country.owner_of_debt[key.number]
        raise TypeError(f"a question with a new kind of key: {type(key).__name__}")

    def _said(self, name: str, key: Any) -> Any:
        known = self.country.facts[name]
        match key:
            case ContributionQuery() | DebtsOfPerson():
                rows = known.get(key.person, ())
            case DebtsOfWorkshop():
                rows = known.get(key.workshop, ())
            case _:
                return known.get(key)
        return Page(items=tuple(rows[: key.first]), has_next=len(rows) > key.first) if rows else None
