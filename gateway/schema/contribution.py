"""Premium months of a person."""

import strawberry

from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import Standing
from gateway.domain.identifiers import BranchCode, WorkshopCode
from gateway.domain.money import Rial
from gateway.schema.connection import Connection
from gateway.schema.directives import FINANCIAL, PERSONAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.insurance import InsuranceKind
from gateway.schema.provenance import Provenance

describe(
    Standing,
    "Whether a record counts.",
    {
        "COUNTED": "It counts.",
        "DUPLICATE": "It says again what another record says (same month, workshop, kind, days and wage); in no sum.",
    },
)


@strawberry.type(description="One month of premiums at one workshop, or of a special insurance (سابقه).")
class ContributionRecord:
    month: YearMonth | None = strawberry.field(description="The Jalali month.", directives=PERSONAL)
    workshop: WorkshopCode | None = strawberry.field(
        description="The workshop's code; null for special insurances.", directives=PERSONAL
    )
    workshop_name: str | None = strawberry.field(description="The workshop's name.", directives=PERSONAL)
    branch: BranchCode | None = strawberry.field(
        description="The branch that holds the record (کد شعبه).", directives=PERSONAL
    )
    kind: InsuranceKind | None = strawberry.field(description="How the person was insured.", directives=PERSONAL)
    days: int | None = strawberry.field(description="Days paid in that month.", directives=PERSONAL)
    wage: Rial | None = strawberry.field(
        description="The month's insurable wage (دستمزد مشمول), in rial.", directives=FINANCIAL
    )
    premium: Rial | None = strawberry.field(
        description="The insured's own share of the premium, in rial.", directives=FINANCIAL
    )
    job: str | None = strawberry.field(description="The job, as the employer wrote it (شغل).", directives=PERSONAL)
    list_number: str | None = strawberry.field(
        description="The number of the employer's list (شماره لیست).", directives=PERSONAL
    )
    standing: Standing | None = strawberry.field(description="Whether it counts.", directives=PERSONAL)


@strawberry.type(
    description="A page of contribution records over all branches, newest month first, then by workshop and branch."
)
class ContributionRecordConnection(Connection[ContributionRecord]):
    pass


@strawberry.type(description="Days and months of one kind of insurance.")
class KindSum:
    kind: InsuranceKind | None = strawberry.field(description="The kind of insurance.", directives=PERSONAL)
    days: int | None = strawberry.field(description="Days paid.", directives=PERSONAL)
    months: int | None = strawberry.field(description="Months with at least one paid day.", directives=PERSONAL)


@strawberry.type(description="Months without any record between two that have one.")
class ContributionGap:
    since: YearMonth | None = strawberry.field(description="The first month that is missing.", directives=PERSONAL)
    until: YearMonth | None = strawberry.field(description="The last month that is missing.", directives=PERSONAL)
    months: int | None = strawberry.field(description="How many months are missing.", directives=PERSONAL)


@strawberry.type(description="The newest paid days, from which benefits are computed.")
class WageBase:
    days: int | None = strawberry.field(
        description="Days paid: 90, or fewer where there are no more.", directives=PERSONAL
    )
    wage: Rial | None = strawberry.field(
        description="The insurable wage of those days in all, in rial.", directives=FINANCIAL
    )


@strawberry.type(description="Sums of a person's contributions over all branches; duplicates are left out.")
class ContributionSummary:
    days: int | None = strawberry.field(
        description="Days paid; a month counts at most at its own length, however many workshops paid in it.",
        directives=PERSONAL,
    )
    months: int | None = strawberry.field(description="Months with at least one paid day.", directives=PERSONAL)
    by_kind: list[KindSum] | None = strawberry.field(
        description="The sums of each kind of insurance.", directives=list_of(6)
    )
    first_month: YearMonth | None = strawberry.field(description="The oldest month with a record.", directives=PERSONAL)
    last_month: YearMonth | None = strawberry.field(description="The newest month with a record.", directives=PERSONAL)
    gaps: list[ContributionGap] | None = strawberry.field(
        description="Months without a record in between.", directives=list_of(10)
    )
    last_ninety_days: WageBase | None = strawberry.field(description="The newest 90 paid days; null without any.")
    provenance: Provenance = strawberry.field(description="Where this comes from.")
