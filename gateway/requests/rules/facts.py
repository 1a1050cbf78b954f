"""Facts that several services read of a person, each through the assessment's Reader."""

import msgspec

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen
from gateway.domain.clock import TEHRAN
from gateway.domain.contribution import ContributionPosition, ContributionQuery, ContributionRecord, ContributionSummary
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.other_fund import FundMembership
from gateway.domain.pension import Pension
from gateway.requests.reading import UNREAD, Reader, Unread

BRANCHES, REGISTRY = Source.BRANCH_DATABASES, Source.CIVIL_REGISTRY
MOST_PAGES = 2


def today_of(reader: Reader) -> Day:
    return Day.from_gregorian(reader.clock.now().astimezone(TEHRAN).date())


async def insurance_of(reader: Reader, person: NationalId) -> Insurance | Unread:
    found = await reader.value(reader.loaders.insurances_by_person.load(person), BRANCHES)
    return found or Insurance(status=InsuranceStatus.NO_LINK)


async def citizen_of(reader: Reader, person: NationalId) -> Citizen | Unread | None:
    return await reader.value(reader.loaders.citizens_by_national_id.load(person), REGISTRY)


async def pension_of(reader: Reader, person: NationalId) -> Pension | Unread | None:
    return await reader.value(reader.loaders.pensions_by_person.load(person), BRANCHES)


async def fund_memberships_of(reader: Reader, person: NationalId) -> tuple[FundMembership, ...] | Unread:
    found = await reader.value(reader.loaders.fund_memberships_by_person.load(person), Source.INSURANCE_FUNDS)
    return found or ()


async def contributions_of(reader: Reader, person: NationalId) -> ContributionSummary | Unread:
    """Whoever has no record has no days."""
    found = await reader.value(reader.loaders.contribution_summaries_by_person.load(person), BRANCHES)
    return found or ContributionSummary(days=0, months=0)


async def records_of(reader: Reader, query: ContributionQuery) -> tuple[ContributionRecord, ...] | Unread:
    """All that the query asks for, in at most MOST_PAGES pages. Where a branch is missing nothing was read: a sum
    would be wrong."""
    rows: list[ContributionRecord] = []
    for _ in range(MOST_PAGES):
        page = await reader.value(reader.loaders.contribution_pages.load(query), BRANCHES)
        if isinstance(page, Unread):
            return UNREAD
        if page is None:
            break
        if page.gaps:
            gap = page.gaps[0]
            missing = SourceUnavailable(BRANCHES, "a branch is missing", retry_after=gap.retry_after, branch=gap.branch)
            reader.unread.append(missing)
            return UNREAD
        rows += page.items
        if not page.has_next:
            break
        query = msgspec.structs.replace(query, after=_position(page.items[-1]))
    else:
        reader.unread.append(SourceIncoherent(BRANCHES, f"more than {MOST_PAGES} pages of records"))
        return UNREAD
    return tuple(rows)


def _position(record: ContributionRecord) -> ContributionPosition:
    return ContributionPosition(
        month=record.month,
        workshop=record.workshop.digits if record.workshop else "",
        branch=record.branch,
        record_id=record.record_id,
    )
