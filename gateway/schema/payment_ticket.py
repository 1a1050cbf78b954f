"""Payments that were started here, and the answers of the mutations about them."""

import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo

from gateway.domain import payment_ticket as domain
from gateway.domain.calendar import YearMonth
from gateway.domain.debt import DebtKey
from gateway.domain.identifiers import BranchCode
from gateway.domain.money import Rial
from gateway.domain.payment_ticket import BankReceipt, PaymentPurpose
from gateway.requests.payments import desk
from gateway.requests.payments.tickets import Treatment
from gateway.resolvers.payment_ticket import page_of, text_of, ticket_id, treatment_provenance
from gateway.schema.access import Wording
from gateway.schema.answer import answered_by
from gateway.schema.connection import Edge, PageInfo
from gateway.schema.directives import FINANCIAL, PERSONAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.insurance import InsuranceKind
from gateway.schema.node import Node
from gateway.schema.payment import PaymentFinding, PaymentState, PremiumPayment
from gateway.schema.provenance import Provenance
from gateway.schema.request import IdempotencyKeyReused, InvalidInput, NotEligible, SystemBusy

describe(
    PaymentPurpose,
    "What is paid.",
    {
        "PREMIUM": "The premium of a month, by somebody who pays it themselves (بیمه اختیاری و مانند آن).",
        "DEBT": "A debt, or a part of it.",
        "PART_MONTH": "The premium for the missing days of a half-year (کسری از ماه).",
    },
)


def _money(root: domain.PaymentTicket) -> BankReceipt | None:
    return root.money


def _debt(root: domain.PaymentTicket) -> DebtKey | None:
    return root.obligation.debt


@strawberry.type(
    name="PaymentTicket",
    description="A payment that was started here. While it is open, no second one can be started for the same.",
)
class PaymentTicket(Node):
    id: strawberry.ID = answered_by(ticket_id, description="An opaque id, good for `node` and `paymentTicket`.")
    purpose: PaymentPurpose | None = answered_by(
        lambda root: root.obligation.purpose, description="What is paid.", directives=FINANCIAL
    )
    state: PaymentState | None = strawberry.field(description="How far it has come.", directives=FINANCIAL)
    text: Wording | None = answered_by(
        text_of, description="The state in the payer's words; says when not to pay again.", directives=FINANCIAL
    )
    amount: Rial | None = strawberry.field(description="What is to be paid, in rial.", directives=FINANCIAL)
    bill_identifier: str | None = answered_by(
        lambda root: root.bill.digits if root.bill else None,
        description="The bill identifier (شناسه قبض), with its check digit; null for a payment that was made without a "
        "ticket.",
        directives=FINANCIAL,
    )
    payment_identifier: str | None = answered_by(
        lambda root: root.identifier.digits,
        description="The payment identifier (شناسه پرداخت): 12 digits, the last two check digits, good for this one "
        "payment at any channel of the bank.",
        directives=FINANCIAL,
    )
    payment_page: str | None = answered_by(
        page_of, description="The bank's page to pay on; null when there is nothing to pay.", directives=FINANCIAL
    )
    opened_at: datetime.datetime | None = strawberry.field(description="When it was started.", directives=FINANCIAL)
    expires_at: datetime.datetime | None = strawberry.field(
        description="Until when it can be paid.", directives=FINANCIAL
    )
    kind: InsuranceKind | None = answered_by(
        lambda root: root.obligation.kind,
        description="The kind of insurance of a premium; null for a debt.",
        directives=FINANCIAL,
    )
    period: YearMonth | None = answered_by(
        lambda root: root.obligation.period,
        description="The Jalali month of a premium; of a part-month premium the first of its half-year.",
        directives=FINANCIAL,
    )
    debt_number: str | None = answered_by(
        lambda root: debt.number if (debt := _debt(root)) else None,
        description="The number of the debt that is paid.",
        directives=FINANCIAL,
    )
    debt_branch: BranchCode | None = answered_by(
        lambda root: debt.branch if (debt := _debt(root)) else None,
        description="The branch of the debt that is paid.",
        directives=FINANCIAL,
    )
    paid_at: datetime.datetime | None = answered_by(
        lambda root: money.paid_at if (money := _money(root)) else None,
        description="When the bank took the money; null before.",
        directives=FINANCIAL,
    )
    rrn: str | None = answered_by(
        lambda root: money.rrn if (money := _money(root)) else None,
        description="The bank's retrieval reference number (شماره مرجع); null before the money was taken.",
        directives=FINANCIAL,
    )
    trace_number: str | None = answered_by(
        lambda root: money.trace_number if (money := _money(root)) else None,
        description="The bank's trace number (شماره پیگیری); null before the money was taken.",
        directives=FINANCIAL,
    )
    confirmed_at: datetime.datetime | None = strawberry.field(
        description="When the bank confirmed it; null before.", directives=FINANCIAL
    )
    findings: list[PaymentFinding] | None = strawberry.field(
        description="What is odd about it; empty if all is well.", directives=[*FINANCIAL, *list_of(2)]
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, domain.PaymentTicket)


@strawberry.type(description="A page of payment tickets, the newest first.")
class PaymentTicketConnection:
    edges: list[Edge[PaymentTicket]] = strawberry.field(description="The entries of this page with their cursors.")
    nodes: list[PaymentTicket] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")


@strawberry.type(
    description="Entitlement to treatment that a confirmed premium has opened: from the moment the bank confirmed, and "
    "before the branch's nightly batch has booked it."
)
class TreatmentEntitlement:
    since: datetime.datetime | None = answered_by(
        lambda root: root.opened_at, description="When the bank confirmed the premium.", directives=PERSONAL
    )
    kind: InsuranceKind | None = answered_by(
        lambda root: root.ticket.obligation.kind, description="By which insurance.", directives=PERSONAL
    )
    period: YearMonth | None = answered_by(
        lambda root: root.ticket.obligation.period, description="By the premium of which month.", directives=PERSONAL
    )
    payment: PaymentTicket | None = answered_by(lambda root: root.ticket, description="The payment that opened it.")
    provenance: Provenance = answered_by(treatment_provenance, description="Who said so, and when.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, Treatment)


@strawberry.type(description="A payment for the same stands: do not pay again. Nothing was started.")
class PaymentStands:
    ticket: PaymentTicket | None = strawberry.field(
        description="The ticket that stands; null where only the bank knows of the payment."
    )
    payment: PremiumPayment | None = strawberry.field(
        description="The payment in the bank's books, where it was made without a ticket."
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.Stands)


NO_SUCH_PAYMENT = "There is no such payment of this person, neither here nor at the bank."


@strawberry.type(description="There is no such payment of this person, neither here nor at the bank.")
class NoSuchPayment:
    problem: str | None = answered_by(lambda: NO_SUCH_PAYMENT, description="A sentence for developers.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.NoSuchPayment)


StartPaymentResult = Annotated[
    PaymentTicket | InvalidInput | NotEligible | PaymentStands | IdempotencyKeyReused | SystemBusy,
    strawberry.union("StartPaymentResult", description="The ticket to pay with, or why there is none."),
]
ConfirmPaymentResult = Annotated[
    PaymentTicket | InvalidInput | NoSuchPayment | IdempotencyKeyReused | SystemBusy,
    strawberry.union("ConfirmPaymentResult", description="The payment as it stands now, or why it is not known."),
]
