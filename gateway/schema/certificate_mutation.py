"""What holders of certificates and agencies do: the inputs, and the fields of `Mutation`."""

from typing import Annotated, Any

import strawberry
from strawberry import ID, Info

from gateway.certificates.desk import IssueWish, PasscodeWish
from gateway.certificates.grounds import Application
from gateway.certificates.passcode import Passcode
from gateway.domain.certificate import CertificateKind
from gateway.domain.debt import DebtKey
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.loading.context import RequestContext
from gateway.resolvers import certificate

KEY = "As for every mutation: chosen by the client, 1 to 200 characters; the same with the same input, the same answer."


@strawberry.input(description="What is to be certified, and for whom.")
class IssueCertificateInput:
    idempotency_key: str = strawberry.field(description=KEY)
    kind: CertificateKind = strawberry.field(description="What is to be certified.")
    national_id: NationalId | None = strawberry.field(
        default=None,
        description="Whose certificate it is; left out, the caller's. Others only where the caller represents them.",
    )
    workshop: WorkshopCode | None = strawberry.field(default=None, description="For CLEARANCE: the workshop's code.")
    branch: BranchCode | None = strawberry.field(
        default=None, description="For CLEARANCE the workshop's branch, for BUILDING_PREMIUM that of the debt."
    )
    contract_number: str | None = strawberry.field(
        default=None,
        description="For CLEARANCE: the contract's number. No system of ours knows it: the certificate says that the "
        "applicant stated it.",
    )
    debt_number: str | None = strawberry.field(
        default=None, description="For BUILDING_PREMIUM: the number of the debt, as in `Person.debts`."
    )
    purpose: str | None = strawberry.field(
        default=None, description="What it is for, at most 200 characters; it stands on the certificate."
    )
    redeemer: str | None = strawberry.field(
        default=None, description="The name of the only agency it is made out to; left out, anyone."
    )
    valid_days: int | None = strawberry.field(
        default=None, description="How many days it is good; left out, as many as this kind may be."
    )
    holder_key: str | None = strawberry.field(
        default=None,
        description="A public key of the holder's device, a JWK as JSON (EC, P-256): then only who has its private "
        "part can show the SD-JWT.",
    )
    supersedes: ID | None = strawberry.field(
        default=None, description="The serial of a certificate of the same person that this one replaces."
    )


@strawberry.input(description="A passcode for somebody who is to read the certificate.")
class CreatePasscodeInput:
    idempotency_key: str = strawberry.field(description=KEY)
    serial: ID = strawberry.field(description="The certificate.")
    purpose: str = strawberry.field(
        description="What for, at most 200 characters: it stands beside each redemption, for the holder."
    )
    redeemer: str | None = strawberry.field(
        default=None,
        description="The name of the only agency that may use it; left out, anyone, on the public page too.",
    )
    uses: int = strawberry.field(default=1, description="How often it may be used.")
    lifetime_seconds: int = strawberry.field(default=86_400, description="How long it may be used.")


@strawberry.input(description="To take a passcode back.")
class WithdrawPasscodeInput:
    idempotency_key: str = strawberry.field(description=KEY)
    serial: ID = strawberry.field(description="The certificate.")
    passcode: ID = strawberry.field(description="The passcode's `id`.")


@strawberry.input(description="To take a certificate back, for good.")
class RevokeCertificateInput:
    idempotency_key: str = strawberry.field(description=KEY)
    serial: ID = strawberry.field(description="The certificate.")


@strawberry.input(description="To read a certificate that its holder gave a passcode of.")
class RedeemCertificateInput:
    idempotency_key: str = strawberry.field(description=KEY + " A repetition uses no further count.")
    serial: ID = strawberry.field(description="The certificate's serial.")
    passcode: Passcode = strawberry.field(description="The passcode.")


What = strawberry.argument(description="What is asked.")


async def issue_certificate(info: Info[RequestContext, None], input: Annotated[IssueCertificateInput, What]) -> Any:  # noqa: A002 - the name that clients know
    branch = input.branch
    workshop = WorkshopKey(input.workshop, branch) if input.workshop and branch else None
    debt = DebtKey(input.debt_number, branch) if input.debt_number and branch else None
    kind = input.kind

    def wish_of(person: NationalId) -> IssueWish:
        return IssueWish(
            application=Application(
                kind=kind,
                person=person,
                workshop=workshop if kind is CertificateKind.CLEARANCE else None,
                debt=debt if kind is CertificateKind.BUILDING_PREMIUM else None,
                contract_number=input.contract_number if kind is CertificateKind.CLEARANCE else None,
            ),
            key=input.idempotency_key,
            purpose=input.purpose,
            redeemer=input.redeemer,
            valid_days=input.valid_days,
            holder_key=input.holder_key,
            supersedes=str(input.supersedes) if input.supersedes else None,
        )

    return await certificate.issue_certificate(info, wish_of, input.national_id)


async def create_passcode(info: Info[RequestContext, None], input: Annotated[CreatePasscodeInput, What]) -> Any:  # noqa: A002
    wish = PasscodeWish(
        serial=str(input.serial),
        key=input.idempotency_key,
        purpose=input.purpose,
        redeemer=input.redeemer,
        uses=input.uses,
        seconds=input.lifetime_seconds,
    )
    return await certificate.create_passcode(info, wish)


async def withdraw_passcode(info: Info[RequestContext, None], input: Annotated[WithdrawPasscodeInput, What]) -> Any:  # noqa: A002
    return await certificate.withdraw_passcode(info, str(input.serial), str(input.passcode), input.idempotency_key)


async def revoke_certificate(info: Info[RequestContext, None], input: Annotated[RevokeCertificateInput, What]) -> Any:  # noqa: A002
    return await certificate.revoke_certificate(info, str(input.serial), input.idempotency_key)


async def redeem_certificate(info: Info[RequestContext, None], input: Annotated[RedeemCertificateInput, What]) -> Any:  # noqa: A002
    return await certificate.redeem_certificate(info, str(input.serial), input.passcode, input.idempotency_key)
