"""Workshops, and the orders served on them."""

import datetime
from typing import Any

import strawberry
from graphql import GraphQLResolveInfo

from gateway.domain import workshop as domain
from gateway.domain.debt import ClaimOrderKind
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode
from gateway.domain.lookup import Fact
from gateway.domain.money import Rial
from gateway.resolvers.debt import debts_of_workshop
from gateway.resolvers.instalment import instalment_quote_of
from gateway.resolvers.node import workshop_id
from gateway.resolvers.request import eligibility_of_workshop
from gateway.resolvers.workshop import claim_orders_of, notice_agreement_of
from gateway.schema.answer import answered_by
from gateway.schema.day import Day
from gateway.schema.debt import DebtConnection
from gateway.schema.directives import ASSESSING, FINANCIAL, PERSONAL, asks, connection_of, list_of
from gateway.schema.enumeration import describe
from gateway.schema.instalment import InstalmentQuote
from gateway.schema.node import Node
from gateway.schema.provenance import Provenance
from gateway.schema.request import Eligibility

describe(
    ClaimOrderKind,
    "What an order says. Its service is legal notification.",
    {
        "DEBT_NOTICE": "A debt notice (اعلامیه).",
        "WARNING": "A warning (اخطاریه).",
        "EXECUTION_ORDER": "An execution order (اجرائیه).",
        "STATEMENT": "A statement of account (صورتحساب).",
    },
)


@strawberry.type(description="An order served on a workshop (حکم مطالباتی).")
class ClaimOrder:
    number: str | None = strawberry.field(description="The order's number.", directives=FINANCIAL)
    kind: ClaimOrderKind | None = strawberry.field(description="What it says.", directives=FINANCIAL)
    branch: BranchCode | None = strawberry.field(
        description="The branch that issued it (کد شعبه).", directives=FINANCIAL
    )
    debt_number: str | None = strawberry.field(description="The debt it is about.", directives=FINANCIAL)
    issued: Day | None = strawberry.field(description="When it was issued (تاریخ صدور).", directives=FINANCIAL)
    served: Day | None = strawberry.field(
        description="When it was served (تاریخ ابلاغ); null if it was not yet.", directives=FINANCIAL
    )
    amount: Rial | None = strawberry.field(description="What it claims, in rial.", directives=FINANCIAL)


@strawberry.type(description="The orders served on a workshop.")
class ClaimOrders:
    entries: list[ClaimOrder] = strawberry.field(description="The orders.", directives=list_of(20))
    provenance: Provenance = strawberry.field(description="Where this comes from.")


@strawberry.type(description="An agreement that orders are served electronically (توافق‌نامه ابلاغ الکترونیکی).")
class NoticeAgreement:
    agreed_at: datetime.datetime | None = strawberry.field(description="Since when it holds.", directives=PERSONAL)


@strawberry.type(description="A workshop (کارگاه): where insured people work, and which owes their premiums.")
class Workshop(Node):
    id: strawberry.ID = answered_by(workshop_id, description="An opaque id, good for `node`.")
    code: WorkshopCode | None = strawberry.field(description="Its code (کد کارگاه).")
    branch: BranchCode | None = strawberry.field(description="Its branch (کد شعبه).")
    name: str | None = strawberry.field(description="Its name.")
    employer_name: str | None = strawberry.field(
        description="Who runs it: a person or a company (کارفرما).", directives=PERSONAL
    )
    employer: NationalId | None = strawberry.field(
        description="The national code of who runs it; null for companies.", directives=PERSONAL
    )
    address: str | None = strawberry.field(description="Where it is.", directives=PERSONAL)
    active: bool | None = strawberry.field(description="Whether it is active.")
    debts: DebtConnection | None = answered_by(
        debts_of_workshop,
        description="What it owes, the newest first; null if its branch knows of none.",
        directives=[*asks(Source.BRANCH_DATABASES), *connection_of()],
    )
    claim_orders: ClaimOrders | None = answered_by(
        claim_orders_of,
        description="Orders served on it (احکام مطالباتی); null if its branch knows of none.",
        directives=asks(Source.BRANCH_DATABASES),
    )
    electronic_notice_agreement: NoticeAgreement | None = answered_by(
        notice_agreement_of,
        description="Its agreement to electronic notice, accepted through this service; null if there is none. What "
        "was agreed at a branch is not known here.",
    )
    instalment_quote: InstalmentQuote | None = answered_by(
        instalment_quote_of,
        description="What it would cost to pay these debts in monthly instalments; nothing is asked for.",
        directives=ASSESSING,
    )
    eligibility: Eligibility | None = answered_by(
        eligibility_of_workshop,
        description="Whether the workshop may have a service, and why not; nothing is asked for.",
        directives=ASSESSING,
    )
    provenance: Provenance = strawberry.field(description="Where this comes from.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, Fact) and isinstance(record.value, domain.Workshop)
