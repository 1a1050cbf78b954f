"""Premium months of a person: their sums, and their records page by page."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import Info

from executor import by_column
from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.failure import Code
from gateway.domain.insurance import InsuranceKind
from gateway.domain.lookup import Fact
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.resolvers.columns import facts
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Connection, Cursors, First, connections, page_size
from gateway.resolvers.relation import own_facts_of

Since = Annotated[
    YearMonth | None, strawberry.argument(name="from", description="The first Jalali month to list, such as 1399-09.")
]
Until = Annotated[
    YearMonth | None, strawberry.argument(name="to", description="The last Jalali month to list, itself included.")
]
Kind = Annotated[InsuranceKind | None, strawberry.argument(description="Only records of this kind of insurance.")]


@by_column
def summary_of(
    roots: Sequence[PersonKey], info: Info[RequestContext, None]
) -> asyncio.Future[list[Fact[ContributionSummary] | Exception | None]]:
    return facts(roots, own_facts_of, info.context.loaders.contribution_summaries_by_person)


@by_column
def records_of(
    roots: Sequence[PersonKey],
    info: Info[RequestContext, None],
    since: Since = None,
    until: Until = None,
    kind: Kind = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> asyncio.Future[list[Connection[ContributionRecord, ContributionPosition] | Exception | None]]:
    size = page_size(first)
    if since and until and since > until:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'from' must not be later than 'to'.")
    chosen = (str(since or ""), str(until or ""), kind.value if kind else "")

    def cursors(root: PersonKey) -> Cursors[ContributionPosition]:
        of = ("Person.contributionRecords", root.national_id.digits, *chosen)
        return Cursors(info.context.keyring, ContributionPosition, of)

    def question(root: PersonKey, after: ContributionPosition | None) -> ContributionQuery:
        person = own_facts_of(root)
        return ContributionQuery(person=person, first=size, after=after, since=since, until=until, kind=kind)

    pages = info.context.loaders.contribution_pages
    return connections(roots, pages, question, position=_position, cursors=cursors, after=after)


def _position(record: ContributionRecord) -> ContributionPosition:
    return ContributionPosition(
        month=record.month,
        workshop=record.workshop.digits if record.workshop else "",
        branch=record.branch,
        record_id=record.record_id,
    )
