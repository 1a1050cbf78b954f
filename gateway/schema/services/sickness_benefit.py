"""requestSicknessBenefit: pay for days ill with COVID (domain.md 1.1, service 12)."""

import strawberry
from strawberry import ID

from gateway.domain.services.sickness_benefit import SERVICE
from gateway.schema.asking import Asked, Asking
from gateway.schema.scalars import JalaliDate


@strawberry.input(description="Sickness benefit for days ill with COVID.")
class RequestSicknessBenefitInput(Asking):
    since: JalaliDate = strawberry.field(description="The first day of illness.")
    until: JalaliDate = strawberry.field(description="The last day of illness.")
    test: ID = strawberry.field(description="The positive test: the id that `POST /uploads` gave.")


ASKED = Asked(
    service=SERVICE,
    input=RequestSicknessBenefitInput,
    description="Asks for sickness benefit.",
    documents=("test",),
)
