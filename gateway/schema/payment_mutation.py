"""What is asked of the mutations about money, and the functions that hand it on."""

from typing import Annotated, Any

import strawberry
from strawberry import ID, Info

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode
from gateway.domain.money import Rial
from gateway.loading.context import RequestContext
from gateway.resolvers import payment_ticket
from gateway.schema.insurance import InsuranceKind

KEY = "As for every mutation: 1 to 200 characters, chosen by the client."
WHOSE = "Whose payment it is; left out, the caller. Others only where the caller represents them."


@strawberry.input(description="To pay the premium of a month.")
class StartPremiumPaymentInput:
    idempotency_key: str = strawberry.field(description=KEY)
    national_id: NationalId | None = strawberry.field(default=None, description=WHOSE)
    period: YearMonth = strawberry.field(description="The Jalali month to pay for.")
    kind: InsuranceKind | None = strawberry.field(
        default=None, description="Which insurance, where the person has several; left out, the active one."
    )


@strawberry.input(description="To pay a debt, or a part of it.")
class StartDebtPaymentInput:
    idempotency_key: str = strawberry.field(description=KEY)
    national_id: NationalId | None = strawberry.field(default=None, description=WHOSE)
    number: str = strawberry.field(description="The debt's number.")
    branch: BranchCode = strawberry.field(description="The debt's branch.")
    workshop: WorkshopCode | None = strawberry.field(
        default=None, description="The workshop whose debt it is; left out, the person's own."
    )
    amount: Rial | None = strawberry.field(default=None, description="How much of it; left out, all that is left.")


@strawberry.input(description="To pay for the missing days of a half-year, once it is over.")
class StartPartMonthPaymentInput:
    idempotency_key: str = strawberry.field(description=KEY)
    national_id: NationalId | None = strawberry.field(default=None, description=WHOSE)
    year: int = strawberry.field(description="The Jalali year.")
    half: int = strawberry.field(description="1: Farvardin to Shahrivar; 2: Mehr to Esfand.")


@strawberry.input(description="To have a payment confirmed now.")
class ConfirmPremiumPaymentInput:
    idempotency_key: str = strawberry.field(description=KEY)
    national_id: NationalId | None = strawberry.field(default=None, description=WHOSE)
    payment: ID = strawberry.field(
        description="The ticket's `id`, or a payment identifier of 12 digits: also of a payment that was made at the "
        "bank without a ticket."
    )


What = strawberry.argument(description="What is asked.")


async def start_premium_payment(
    info: Info[RequestContext, None],
    input: Annotated[StartPremiumPaymentInput, What],  # noqa: A002 - the name that clients know
) -> Any:
    return await payment_ticket.start_premium_payment(
        info, input.national_id, input.period, input.kind, input.idempotency_key
    )


async def start_debt_payment(info: Info[RequestContext, None], input: Annotated[StartDebtPaymentInput, What]) -> Any:  # noqa: A002
    return await payment_ticket.start_debt_payment(
        info, input.national_id, input.number, input.branch, input.workshop, input.amount, input.idempotency_key
    )


async def start_part_month_payment(
    info: Info[RequestContext, None],
    input: Annotated[StartPartMonthPaymentInput, What],  # noqa: A002
) -> Any:
    return await payment_ticket.start_part_month_payment(
        info, input.national_id, input.year, input.half, input.idempotency_key
    )


async def confirm_premium_payment(
    info: Info[RequestContext, None],
    input: Annotated[ConfirmPremiumPaymentInput, What],  # noqa: A002
) -> Any:
    return await payment_ticket.confirm_premium_payment(
        info, input.national_id, str(input.payment), input.idempotency_key
    )
