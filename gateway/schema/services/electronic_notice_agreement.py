"""acceptElectronicNoticeAgreement: orders are served on the workshop electronically (domain.md, service 9)."""

import strawberry

from gateway.domain.identifiers import MobileNumber
from gateway.domain.services.electronic_notice_agreement import SERVICE
from gateway.schema.asking import Asked, AskingForWorkshop


@strawberry.input(
    description="An agreement that the Organisation's orders are served on a workshop electronically: from then on "
    "that is legal notification."
)
class AcceptElectronicNoticeAgreementInput(AskingForWorkshop):
    accepted: bool = strawberry.field(description="True: whoever acts for the workshop has read it and agrees.")
    mobile: MobileNumber = strawberry.field(description="Where the notices go.")
    email: str | None = strawberry.field(default=None, description="Where they go besides.")


ASKED = Asked(
    service=SERVICE,
    input=AcceptElectronicNoticeAgreementInput,
    description="Agrees to electronic notice, which opens the other services for employers: objection, instalments, "
    "contract terms. Once it is granted, `Workshop.eligibility` of those knows it.",
)
