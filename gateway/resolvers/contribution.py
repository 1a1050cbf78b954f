"""Premium months of a person: their sums, and their records page by page."""

from typing import Annotated

import strawberry
from strawberry import Info

from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.failure import Code
from gateway.domain.insurance import InsuranceKind
from gateway.domain.lookup import Fact
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Connection, Cursors, First, connection, page_size
from gateway.resolvers.relation import own_facts_of

Since = Annotated[
    YearMonth | None, strawberry.argument(name="from", description="The first Jalali month to list, such as 1399-09.")
]
Until = Annotated[
    YearMonth | None, strawberry.argument(name="to", description="The last Jalali month to list, itself included.")
]
Kind = Annotated[InsuranceKind | None, strawberry.argument(description="Only records of this kind of insurance.")]


async def summary_of(root: PersonKey, info: Info[RequestContext, None]) -> Fact[ContributionSummary] | None:
    return await info.context.loaders.contribution_summaries_by_person.load(own_facts_of(root))


async def records_of(
    root: PersonKey,
    info: Info[RequestContext, None],
    since: Since = None,
    until: Until = None,
    kind: Kind = None,
    first: First = DEFAULT_FIRST,
    after: After = None,
) -> Connection[ContributionRecord, ContributionPosition] | None:
    person = own_facts_of(root)
    if since and until and since > until:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'from' must not be later than 'to'.")
    chosen = (str(since or ""), str(until or ""), kind.value if kind else "")
    cursors = Cursors(
        info.context.keyring, ContributionPosition, ("Person.contributionRecords", person.digits, *chosen)
    )
    position = cursors.read(after)
    fact = await info.context.loaders.contribution_pages.load(
        ContributionQuery(person=person, first=page_size(first), after=position, since=since, until=until, kind=kind)
    )
    return connection(fact, position=_position, cursors=cursors, after=position) if fact else None


def _position(record: ContributionRecord) -> ContributionPosition:
    return ContributionPosition(
        month=record.month,
        workshop=record.workshop.digits if record.workshop else "",
        branch=record.branch,
        record_id=record.record_id,
    )
