"""A person's unemployment case at the Labour Ministry, and what the law grants by the branches' records."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Sequence

from strawberry import Info

from executor import by_column
from gateway.domain.contribution import ContributionSummary
from gateway.domain.entitlement import entitlement
from gateway.domain.lookup import Fact
from gateway.domain.unemployment import Entitlement, UnemploymentCase
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import following, keys_of, spread
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import own_facts_of
from gateway.resolvers.selection import selects


@by_column
def unemployment_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> asyncio.Future[list[Fact[UnemploymentCase] | Exception | None]]:
    """Starts what an entitlement will need beside it, so that two systems cost one delay."""
    persons, refused = keys_of(roots, own_facts_of)
    loaders = info.context.loaders
    if selects(info, "entitlement"):
        loaders.contribution_summaries_by_person.load_column(persons)
    asked = loaders.unemployment_cases_by_person.load_column(persons)
    return following(asked, lambda cases: spread(cases, refused, len(roots)))


@by_column
async def entitlement_of(
    roots: Sequence[Fact[UnemploymentCase]], info: Info[RequestContext, None]
) -> Sequence[Fact[Entitlement] | Exception | None]:
    """None where the branches know of no contributions: then nothing is granted."""
    persons = [root.value.national_id for root in roots]
    summaries = await info.context.loaders.contribution_summaries_by_person.load_column(persons)

    def granted(
        case: UnemploymentCase, summary: Fact[ContributionSummary] | Exception | None
    ) -> Fact[Entitlement] | Exception | None:
        if summary is None or isinstance(summary, Exception):
            return summary
        return Fact(entitlement(case, summary.value, info.context.entitlement_rules), summary.provenance)

    return [granted(root.value, summary) for root, summary in zip(roots, summaries, strict=True)]
