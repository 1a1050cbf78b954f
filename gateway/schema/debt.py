"""Debts to the Organisation, and their ledgers."""

import strawberry

from gateway.domain.calendar import YearMonth
from gateway.domain.debt import DebtStage, LedgerKind
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode
from gateway.domain.money import Rial
from gateway.resolvers.debt import ledger_of
from gateway.resolvers.payment_ticket import paid_here_of
from gateway.schema.answer import answered_by
from gateway.schema.connection import Connection
from gateway.schema.day import Day
from gateway.schema.directives import FINANCIAL, PERSONAL, asks, list_of
from gateway.schema.enumeration import describe
from gateway.schema.provenance import Provenance

describe(
    DebtStage,
    "How far a claim has hardened.",
    {
        "NOTICED": "A notice was issued (اعلامیه).",
        "WARNED": "A warning was issued (اخطاریه).",
        "FINAL": "It can no longer be contested (قطعی).",
        "EXECUTION_ORDER": "An execution order was issued (اجرائیه): from here on no instalments.",
        "ENFORCEMENT": "It is being enforced (Art. 50).",
    },
)
describe(
    LedgerKind,
    "What moved a debt.",
    {
        "CHARGE": "It was charged.",
        "PENALTY": "A penalty was added (جریمه).",
        "PAYMENT": "Something was paid.",
        "ADJUSTMENT": "It was corrected.",
    },
)


@strawberry.type(description="One movement of a debt.")
class LedgerEntry:
    sequence: int | None = strawberry.field(description="Its place in the ledger.", directives=FINANCIAL)
    date: Day | None = strawberry.field(description="When it was booked.", directives=FINANCIAL)
    kind: LedgerKind | None = strawberry.field(description="What moved the debt.", directives=FINANCIAL)
    amount: Rial | None = strawberry.field(
        description="In rial; negative where it lowers the debt.", directives=FINANCIAL
    )
    balance: Rial | None = strawberry.field(description="What is owed after it, in rial.", directives=FINANCIAL)
    description: str | None = strawberry.field(description="The branch's words for it.", directives=FINANCIAL)


@strawberry.type(description="The movements of a debt (گردش حساب بدهی), oldest first.")
class Ledger:
    entries: list[LedgerEntry] = strawberry.field(description="The movements.", directives=list_of(20))
    provenance: Provenance = strawberry.field(description="Where this comes from.")


@strawberry.type(description="A debt of a workshop or of a person to the Organisation (بدهی).")
class Debt:
    number: str | None = strawberry.field(
        description="The debt's number (شماره بدهی); names it together with its branch.", directives=FINANCIAL
    )
    branch: BranchCode | None = strawberry.field(
        description="The branch that claims it (کد شعبه).", directives=FINANCIAL
    )
    workshop: WorkshopCode | None = strawberry.field(
        description="The workshop that owes it; null for a person's own.", directives=FINANCIAL
    )
    debtor: NationalId | None = strawberry.field(
        description="The person who owes it, where one is named.", directives=PERSONAL
    )
    stage: DebtStage | None = strawberry.field(description="How far the claim has hardened.", directives=FINANCIAL)
    reason: str | None = strawberry.field(description="The branch's words for why (علت بدهی).", directives=FINANCIAL)
    period_since: YearMonth | None = strawberry.field(
        description="The first Jalali month it is for.", directives=FINANCIAL
    )
    period_until: YearMonth | None = strawberry.field(
        description="The last Jalali month it is for.", directives=FINANCIAL
    )
    issued: Day | None = strawberry.field(description="When it was issued (تاریخ صدور).", directives=FINANCIAL)
    served: Day | None = strawberry.field(
        description="When it was served (تاریخ ابلاغ): terms begin here.", directives=FINANCIAL
    )
    ruled: Day | None = strawberry.field(
        description="When the first-instance board ruled (تاریخ رأی بدوی): the term of an appeal begins here; null "
        "where it has not.",
        directives=FINANCIAL,
    )
    amount: Rial | None = strawberry.field(description="What it was in all, in rial.", directives=FINANCIAL)
    remaining: Rial | None = strawberry.field(description="What is still owed, in rial.", directives=FINANCIAL)
    premium: Rial | None = strawberry.field(description="Premium within it (حق بیمه), in rial.", directives=FINANCIAL)
    unemployment_premium: Rial | None = strawberry.field(
        description="Unemployment premium within it (بیکاری), in rial.", directives=FINANCIAL
    )
    other: Rial | None = strawberry.field(description="What else is within it (سایر), in rial.", directives=FINANCIAL)
    paid_here: Rial | None = answered_by(
        paid_here_of,
        description="What was paid through this service so lately that the branch may not have booked it: `remaining` "
        "does not know of it yet.",
        directives=FINANCIAL,
    )
    ledger: Ledger | None = answered_by(
        ledger_of, description="Its movements.", directives=asks(Source.BRANCH_DATABASES)
    )


@strawberry.type(description="A page of debts, the newest first.")
class DebtConnection(Connection[Debt]):
    pass
