"""requestMilitaryServiceCredit: military service as days of premiums (domain.md 1.1, service 13)."""

import strawberry
from strawberry import ID

from gateway.domain.services.military_service_credit import SERVICE
from gateway.schema.asking import Asked, Asking
from gateway.schema.scalars import JalaliDate


@strawberry.input(description="Military service that is to be credited.")
class RequestMilitaryServiceCreditInput(Asking):
    since: JalaliDate = strawberry.field(description="The first day of service.")
    until: JalaliDate = strawberry.field(description="The last day of service.")
    card: ID = strawberry.field(description="The end-of-service card: the id that `POST /uploads` gave.")


ASKED = Asked(
    service=SERVICE,
    input=RequestMilitaryServiceCreditInput,
    description="Asks for military service to be credited as days of premiums.",
    documents=("card",),
)
