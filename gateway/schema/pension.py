"""Pensions."""

import strawberry

from gateway.domain.identifiers import BranchCode
from gateway.domain.money import Rial
from gateway.domain.pension import PensionKind, PensionStatus
from gateway.schema.day import Day
from gateway.schema.directives import FINANCIAL, PERSONAL, SPECIAL
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

describe(
    PensionKind,
    "Why a pension is paid.",
    {
        "RETIREMENT": "Retirement (بازنشستگی).",
        "DISABILITY": "Disability (ازکارافتادگی).",
        "SURVIVOR": "To a survivor (بازماندگان).",
    },
)
describe(
    PensionStatus,
    "Whether a pension is paid.",
    {"ACTIVE": "It is paid.", "SUSPENDED": "It is suspended (قطع موقت).", "ENDED": "It has ended."},
)


@strawberry.type(description="A pension (مستمری).")
class Pension:
    number: str | None = strawberry.field(description="The pensioner's number (شماره مستمری).", directives=PERSONAL)
    kind: PensionKind | None = strawberry.field(description="Why it is paid.", directives=SPECIAL)
    status: PensionStatus | None = strawberry.field(description="Whether it is paid.", directives=PERSONAL)
    base_date: Day | None = strawberry.field(description="When it was set (تاریخ برقراری).", directives=PERSONAL)
    end_date: Day | None = strawberry.field(
        description="When it ends or ended, where that is set.", directives=PERSONAL
    )
    monthly_amount: Rial | None = strawberry.field(description="Its amount a month, in rial.", directives=FINANCIAL)
    last_payment: Day | None = strawberry.field(description="When it was last paid.", directives=FINANCIAL)
    last_payment_amount: Rial | None = strawberry.field(
        description="What was paid then, in rial.", directives=FINANCIAL
    )
    branch: BranchCode | None = strawberry.field(description="The branch that pays it (کد شعبه).", directives=PERSONAL)
    provenance: Provenance = strawberry.field(description="Where this comes from.")
