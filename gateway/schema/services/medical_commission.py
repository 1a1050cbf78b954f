"""requestCommission: referral to the medical commission of Art. 91 (domain.md, service 17)."""

import strawberry
from strawberry import ID

from gateway.domain.identifiers import NationalId
from gateway.domain.services.medical_commission import SERVICE, CommissionGround
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="A referral to the medical commission of Art. 91. The request is the main insured's.")
class RequestCommissionInput(Asking):
    subject: NationalId | None = strawberry.field(
        default=None, description="Whom the commission is to examine; left out, the insured."
    )
    ground: CommissionGround = strawberry.field(description="What the physician certifies.")
    certificate: ID = strawberry.field(description="The physician's certificate: the id that `POST /uploads` gave.")


ASKED = Asked(
    service=SERVICE,
    input=RequestCommissionInput,
    description="Asks for the medical commission of Art. 91. Recorded at once, also while systems that have to be "
    "asked are down.",
    documents=("certificate",),
)
