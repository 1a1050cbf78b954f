"""A person's link to the Organisation."""

import strawberry

from gateway.domain.identifiers import BranchCode, InsuranceNumber, WorkshopCode
from gateway.domain.insurance import InsuranceKind as InsuranceKind
from gateway.domain.insurance import InsuranceStatus
from gateway.schema.day import Day
from gateway.schema.directives import PERSONAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

describe(
    InsuranceKind,
    "How somebody is insured.",
    {
        "COMPULSORY": "As an employee (اجباری).",
        "VOLUNTARY": "By continuing of one's own will (اختیاری).",
        "SELF_EMPLOYED": "As self-employed (حرف و مشاغل آزاد).",
        "UNEMPLOYED": "While drawing unemployment benefit (بیمه بیکاری).",
        "STUDENT": "As a student (دانشجویی).",
        "HOUSEWIFE": "As a housewife (زنان خانه‌دار).",
    },
)
describe(
    InsuranceStatus,
    "How a person stands with the Organisation.",
    {
        "ACTIVE": "Insured now.",
        "INACTIVE": "Was insured, and is not now.",
        "PENSIONER": "Draws a pension (مستمری‌بگیر).",
        "NO_LINK": "No branch knows the person (فاقد ارتباط بیمه‌ای). This is an answer: all of them were asked.",
    },
)


@strawberry.type(description="One branch's file of a person.")
class InsuranceLink:
    insurance_number: InsuranceNumber | None = strawberry.field(
        description="The insurance number (شماره بیمه).", directives=PERSONAL
    )
    branch: BranchCode | None = strawberry.field(description="The branch (کد شعبه).", directives=PERSONAL)
    kind: InsuranceKind | None = strawberry.field(description="How the person is insured.", directives=PERSONAL)
    status: InsuranceStatus | None = strawberry.field(
        description="How the person stands in this branch.", directives=PERSONAL
    )
    workshop: WorkshopCode | None = strawberry.field(
        description="The workshop (کد کارگاه), for employees.", directives=PERSONAL
    )
    workshop_name: str | None = strawberry.field(description="The workshop's name.", directives=PERSONAL)
    since: Day | None = strawberry.field(description="When this began.", directives=PERSONAL)


@strawberry.type(description="A person's link to the Organisation (ارتباط بیمه‌ای), over all branches.")
class Insurance:
    status: InsuranceStatus | None = strawberry.field(description="How the person stands.", directives=PERSONAL)
    current: InsuranceLink | None = strawberry.field(description="The active link, else the newest; null for NO_LINK.")
    links: list[InsuranceLink] | None = strawberry.field(
        description="One for each branch that knows the person.", directives=list_of(3)
    )
    provenance: Provenance = strawberry.field(description="Where this comes from.")
