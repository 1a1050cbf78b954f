"""concludeVoluntaryContract: voluntary insurance (domain.md 1.1, service 8)."""

import strawberry
from strawberry import ID

from gateway.domain.money import Rial
from gateway.domain.services.voluntary_contract import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="A contract of voluntary insurance.")
class ConcludeVoluntaryContractInput(Asking):
    monthly_wage: Rial = strawberry.field(description="The wage to be insured by, in rial a month.")
    military_card: ID | None = strawberry.field(
        default=None, description="A man's end-of-service card: the id that `POST /uploads` gave."
    )


ASKED = Asked(
    service=SERVICE,
    input=ConcludeVoluntaryContractInput,
    description="Asks for a contract of voluntary insurance. Its premiums are paid with `startPremiumPayment`.",
    documents=("military_card",),
)
