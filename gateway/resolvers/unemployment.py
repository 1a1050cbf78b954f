"""A person's unemployment case at the Labour Ministry, and what the law grants by the branches' records."""

import asyncio

from strawberry import Info

from gateway.domain.contribution import ContributionSummary
from gateway.domain.entitlement import entitlement
from gateway.domain.lookup import Fact
from gateway.domain.unemployment import Entitlement, UnemploymentCase
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of
from gateway.resolvers.selection import selects


class CaseAndSummary(Fact[UnemploymentCase], frozen=True, kw_only=True):
    """`summary` was started with the case, so that two systems cost one delay. Nobody need await it."""

    summary: "asyncio.Future[Fact[ContributionSummary] | None] | None"


async def unemployment_of(root: PersonKey, info: Info[RequestContext, None]) -> CaseAndSummary | None:
    person = own_facts_of(root)
    loaders = info.context.loaders
    wanted = selects(info, "entitlement")
    summary = loaders.contribution_summaries_by_person.load(person) if wanted else None
    case = await loaders.unemployment_cases_by_person.load(person)
    return CaseAndSummary(case.value, case.provenance, summary=summary) if case else None


async def entitlement_of(root: CaseAndSummary, info: Info[RequestContext, None]) -> Fact[Entitlement] | None:
    """None where the branches know of no contributions: then nothing is granted."""
    question = root.summary or info.context.loaders.contribution_summaries_by_person.load(root.value.national_id)
    summary = await question
    if summary is None:
        return None
    granted = entitlement(root.value, summary.value, info.context.entitlement_rules)
    return Fact(granted, summary.provenance)
