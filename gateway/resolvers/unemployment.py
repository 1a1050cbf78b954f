"""A person's unemployment case at the Labour Ministry, and what the law grants by the branches' records."""

import asyncio

from strawberry import Info

from gateway.domain.contribution import ContributionSummary
from gateway.domain.entitlement import entitlement
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.unemployment import Entitlement, UnemploymentCase
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of
from gateway.resolvers.selection import selects

_Ahead = asyncio.Task[Fact[ContributionSummary] | None]


class CaseAndSummary(Fact[UnemploymentCase], frozen=True):
    """`summary` was started with the case, if the entitlement is selected: two systems, one delay."""

    summary: _Ahead | None = None


async def unemployment_of(root: PersonKey, info: Info[RequestContext, None]) -> CaseAndSummary | None:
    person = own_facts_of(root)
    summary = _start(person, info) if selects(info, "entitlement") else None
    case = None
    try:
        case = await info.context.loaders.unemployment_cases_by_person.load(person)
    finally:
        if summary and case is None:  # no case, a failure, or the request ends: nobody will ask for the summary
            summary.cancel()
    return CaseAndSummary(case.value, case.provenance, summary) if case else None


async def entitlement_of(root: CaseAndSummary, info: Info[RequestContext, None]) -> Fact[Entitlement] | None:
    """None where the branches know of no contributions: then nothing is granted."""
    summary = await (root.summary or _start(root.value.national_id, info))
    if summary is None:
        return None
    granted = entitlement(root.value, summary.value, info.context.entitlement_rules)
    return Fact(granted, summary.provenance)


def _start(person: NationalId, info: Info[RequestContext, None]) -> _Ahead:
    async def load() -> Fact[ContributionSummary] | None:
        return await info.context.loaders.contribution_summaries_by_person.load(person)

    task = asyncio.create_task(load())
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # a failure that nobody awaits is no news
    return task
