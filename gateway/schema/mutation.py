"""Where every changing operation begins. Each answers with a union: the thing, or why there is none."""

from typing import Annotated, Any

import strawberry
from strawberry import ID, Info

from gateway.loading.context import RequestContext
from gateway.resolvers import request
from gateway.schema.answer import answered_by
from gateway.schema.asking import DEAR, with_services
from gateway.schema.certificate import (
    CertificateActResult,
    CreatePasscodeResult,
    IssueCertificateResult,
    RedeemCertificateResult,
)
from gateway.schema.certificate_mutation import (
    create_passcode,
    issue_certificate,
    redeem_certificate,
    revoke_certificate,
    withdraw_passcode,
)
from gateway.schema.payment_mutation import (
    confirm_premium_payment,
    start_debt_payment,
    start_part_month_payment,
    start_premium_payment,
)
from gateway.schema.payment_ticket import ConfirmPaymentResult, StartPaymentResult
from gateway.schema.premium_list import (
    SubmitPremiumListResult,
    ValidatePremiumListResult,
    submit_premium_list,
    validate_premium_list,
)
from gateway.schema.request import RequestActResult
from gateway.schema.services import ASKED


@strawberry.input(description="To withdraw a request.")
class WithdrawRequestInput:
    id: ID = strawberry.field(description="The request's `id`, or its tracking code.")
    idempotency_key: str = strawberry.field(description="As for every mutation.")


@strawberry.input(description="What the office asked for.")
class SupplyInformationInput:
    id: ID = strawberry.field(description="The request's `id`, or its tracking code.")
    idempotency_key: str = strawberry.field(description="As for every mutation.")
    documents: list[ID] = strawberry.field(
        default_factory=list, description="Ids that `POST /uploads` gave, at most 10."
    )
    text: str | None = strawberry.field(default=None, description="An explanation, at most 2,000 characters.")


@strawberry.input(description="To appeal against what the first board found.")
class AppealRequestInput:
    id: ID = strawberry.field(description="The request's `id`, or its tracking code.")
    idempotency_key: str = strawberry.field(description="As for every mutation.")
    text: str | None = strawberry.field(default=None, description="Why, at most 2,000 characters.")


What = strawberry.argument(description="What is asked.")


async def withdraw_request(info: Info[RequestContext, None], input: Annotated[WithdrawRequestInput, What]) -> Any:  # noqa: A002
    return await request.withdraw_request(info, input.id, input.idempotency_key)


async def supply_information(info: Info[RequestContext, None], input: Annotated[SupplyInformationInput, What]) -> Any:  # noqa: A002
    documents = [str(each) for each in input.documents]
    return await request.supply_information(info, input.id, input.idempotency_key, documents, input.text)


async def appeal_request(info: Info[RequestContext, None], input: Annotated[AppealRequestInput, What]) -> Any:  # noqa: A002
    return await request.appeal_request(info, input.id, input.idempotency_key, input.text)


class _Mutation:
    withdraw_request: RequestActResult | None = answered_by(
        withdraw_request,
        description="Takes a request back. It turns WITHDRAWN when the office has agreed, or before the office has it.",
        directives=DEAR,
    )
    supply_information: RequestActResult | None = answered_by(
        supply_information, description="Hands the office what it asked for.", directives=DEAR
    )
    appeal_request: RequestActResult | None = answered_by(
        appeal_request, description="Appeals against a refusal of the first board.", directives=DEAR
    )
    issue_certificate: IssueCertificateResult | None = answered_by(
        issue_certificate,
        description="Issues a certificate from what the systems say at this moment; nothing stale, nothing missing.",
        directives=DEAR,
    )
    create_passcode: CreatePasscodeResult | None = answered_by(
        create_passcode,
        description="Makes a passcode for whoever is to read a certificate of the caller's.",
        directives=DEAR,
    )
    withdraw_passcode: CertificateActResult | None = answered_by(
        withdraw_passcode, description="Takes a passcode back.", directives=DEAR
    )
    revoke_certificate: CertificateActResult | None = answered_by(
        revoke_certificate,
        description="Takes a certificate back, for good; verifiers see it in their next list of states.",
        directives=DEAR,
    )
    redeem_certificate: RedeemCertificateResult | None = answered_by(
        redeem_certificate,
        description="Reads a certificate by its passcode, for an agency under contract. Uses one of the passcode's "
        "counts, and shows to the holder at once.",
        directives=DEAR,
    )
    start_premium_payment: StartPaymentResult | None = answered_by(
        start_premium_payment,
        description="Opens a ticket for the premium of a month, with the amount that the branch's facts say.",
        directives=DEAR,
    )
    start_debt_payment: StartPaymentResult | None = answered_by(
        start_debt_payment,
        description="Opens a ticket for a debt of the person, or of a workshop that the caller may act for.",
        directives=DEAR,
    )
    start_part_month_payment: StartPaymentResult | None = answered_by(
        start_part_month_payment,
        description="Opens a ticket for the missing days of a half-year.",
        directives=DEAR,
    )
    confirm_premium_payment: ConfirmPaymentResult | None = answered_by(
        confirm_premium_payment,
        description="Asks the bank now what became of a payment, and has it confirmed. Waits a moment for it; what "
        "takes longer goes on by itself.",
        directives=DEAR,
    )
    validate_premium_list: ValidatePremiumListResult | None = answered_by(
        validate_premium_list,
        description="Checks a premium list before it is sent (service 15): every fault with its row. Records nothing.",
        directives=DEAR,
    )
    submit_premium_list: SubmitPremiumListResult | None = answered_by(
        submit_premium_list,
        description="Posts a list without faults to the workshop's branch, once in effect; accepted also while the "
        "branch is down.",
        directives=DEAR,
    )


Mutation = strawberry.type(
    with_services(_Mutation, ASKED),
    name="Mutation",
    description="Where every changing operation begins. Fields run one after the other. Each takes an idempotency key, "
    "so that it can be sent again after a broken connection, and each is on record before it is carried out.",
)
