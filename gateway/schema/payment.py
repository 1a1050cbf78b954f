"""Premium payments, as Bank Refah confirms them."""

import datetime

import strawberry

from gateway.domain.calendar import YearMonth
from gateway.domain.money import Rial
from gateway.domain.payment import PaymentFinding as PaymentFinding
from gateway.domain.payment import PaymentState as PaymentState
from gateway.schema.connection import Connection
from gateway.schema.directives import FINANCIAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.insurance import InsuranceKind

describe(
    PaymentState,
    "How far a payment has come.",
    {
        "CREATED": "Begun; no money has moved.",
        "PENDING": "The bank is at it.",
        "VERIFYING": "The bank is checking it.",
        "CONFIRMED": "Paid and confirmed (تأیید شده).",
        "PAID_UNCONFIRMED": "The money was taken and the confirmation is missing. Not a failure: do not pay again.",
        "REVERSED": "The money went back to the payer (برگشت خورده).",
        "EXPIRED": "Not paid in time.",
        "FAILED": "Failed; no money was taken.",
    },
)
describe(
    PaymentFinding,
    "What is odd about a payment.",
    {
        "DUPLICATE_CONFIRMATION": "The bank booked its confirmation twice. It is one payment.",
        "AMOUNT_DIFFERS": "Another amount was paid than was due.",
        "TAKEN_TWICE": "The bank took the money twice for one order; the second debit is given back.",
        "REFERENCE_SPENT": "The bank's reference belongs to another payment; an operator looks into it.",
        "PAID_TOO_LATE": "Paid after the ticket had ended, while something else paid the same; it is given back.",
    },
)


@strawberry.type(description="A payment of a premium (پرداخت حق بیمه).")
class PremiumPayment:
    identifier: str | None = strawberry.field(
        description="The payment identifier (شناسه پرداخت), 12 digits.", directives=FINANCIAL
    )
    state: PaymentState | None = strawberry.field(description="How far it has come.", directives=FINANCIAL)
    amount: Rial | None = strawberry.field(description="What was paid, in rial.", directives=FINANCIAL)
    due: Rial | None = strawberry.field(
        description="What was owed, in rial, where the bank says it.", directives=FINANCIAL
    )
    kind: InsuranceKind | None = strawberry.field(description="The kind of insurance it is for.", directives=FINANCIAL)
    period: YearMonth | None = strawberry.field(description="The Jalali month it is for.", directives=FINANCIAL)
    paid_at: datetime.datetime | None = strawberry.field(description="When the money was taken.", directives=FINANCIAL)
    confirmed_at: datetime.datetime | None = strawberry.field(
        description="When the bank confirmed it.", directives=FINANCIAL
    )
    rrn: str | None = strawberry.field(
        description="The bank's retrieval reference number (شماره مرجع).", directives=FINANCIAL
    )
    trace_number: str | None = strawberry.field(
        description="The bank's trace number (شماره پیگیری).", directives=FINANCIAL
    )
    findings: list[PaymentFinding] | None = strawberry.field(
        description="What is odd about it; empty if all is well.", directives=[*FINANCIAL, *list_of(2)]
    )


@strawberry.type(description="A page of premium payments, newest first; what is not paid comes last.")
class PremiumPaymentConnection(Connection[PremiumPayment]):
    total_count: int | None = strawberry.field(description="How many payments there are in all.", directives=FINANCIAL)
