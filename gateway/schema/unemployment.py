"""Unemployment cases, and what the law grants."""

import strawberry

from gateway.domain.failure import Source
from gateway.domain.money import Rial
from gateway.domain.unemployment import Approval, CaseStage
from gateway.resolvers.unemployment import entitlement_of
from gateway.schema.answer import answered_by
from gateway.schema.day import Day
from gateway.schema.directives import FINANCIAL, PERSONAL, asks, list_of
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

describe(
    CaseStage,
    "How far a case has come.",
    {
        "REGISTERED": "Registered at the labour office (ثبت‌نام).",
        "UNDER_REVIEW": "Being looked at.",
        "APPROVED": "The labour office approved it; see `approval`, which may be withdrawn again.",
        "REFERRED_TO_SSO": "Referred to the Organisation (معرفی به تأمین اجتماعی), which pays the benefit.",
        "REJECTED": "Rejected.",
        "SUSPENDED": "Suspended.",
        "EXHAUSTED": "All months of benefit are drawn.",
    },
)
describe(
    Approval,
    "The labour office's word.",
    {
        "PENDING": "Not given yet.",
        "GRANTED": "Given.",
        "REFUSED": "Refused.",
        "WITHDRAWN": "Given, and taken back.",
    },
)


@strawberry.type(
    description="What the law of unemployment insurance grants, if the labour office approves (مقرری بیمه بیکاری)."
)
class Entitlement:
    contribution_months: int | None = strawberry.field(
        description="Months of contributions that it is computed from.", directives=PERSONAL
    )
    months_entitled: int | None = strawberry.field(
        description="Months of benefit in all; 0 with fewer than 6 months of contributions.", directives=PERSONAL
    )
    months_drawn: int | None = strawberry.field(
        description="Months of benefit already drawn, over all cases.", directives=PERSONAL
    )
    months_left: int | None = strawberry.field(
        description="Months of benefit still to draw; never negative.", directives=PERSONAL
    )
    average_daily_wage: Rial | None = strawberry.field(
        description="The average daily wage of the newest 90 paid days, in rial.", directives=FINANCIAL
    )
    daily_benefit: Rial | None = strawberry.field(
        description="The benefit a day, in rial; null where the year's minimum wage is not known to this service.",
        directives=FINANCIAL,
    )
    provenance: Provenance = strawberry.field(description="Where the contributions come from.")


@strawberry.type(description="A person's newest unemployment case at the Labour Ministry.")
class UnemploymentCase:
    tracking_code: str | None = strawberry.field(
        description="The ministry's number of the case (کد رهگیری).", directives=PERSONAL
    )
    stage: CaseStage | None = strawberry.field(description="How far it has come.", directives=PERSONAL)
    approval: Approval | None = strawberry.field(description="The labour office's word.", directives=PERSONAL)
    registered_on: Day | None = strawberry.field(description="When it was registered.", directives=PERSONAL)
    referred_on: Day | None = strawberry.field(
        description="When it was referred to the Organisation.", directives=PERSONAL
    )
    lost_job_on: Day | None = strawberry.field(description="When the job was lost.", directives=PERSONAL)
    married: bool | None = strawberry.field(
        description="Whether the person is married, by the ministry.", directives=PERSONAL
    )
    dependants: int | None = strawberry.field(
        description="Dependants, by the ministry. The law counts four at most.", directives=PERSONAL
    )
    drawn_months: int | None = strawberry.field(
        description="Months of benefit drawn, over all cases.", directives=PERSONAL
    )
    also_registered_as: list[str] | None = strawberry.field(
        description="Tracking codes of older registrations of the same person.", directives=[*PERSONAL, *list_of(2)]
    )
    entitlement: Entitlement | None = answered_by(
        entitlement_of,
        description="What the law grants, by the branches' records; null if they know of no contributions.",
        directives=asks(Source.BRANCH_DATABASES),
    )
    provenance: Provenance = strawberry.field(description="Where this comes from.")
