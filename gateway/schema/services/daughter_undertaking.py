"""submitDaughterUndertaking: cover of daughters who draw a parent's pension (domain.md 1.1, service 24)."""

import strawberry

from gateway.domain.services.daughter_undertaking import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="The undertaking of a daughter who draws a parent's pension.")
class SubmitDaughterUndertakingInput(Asking):
    undertakes: bool = strawberry.field(description="Whether she gives the undertaking.")
    address: str = strawberry.field(description="Where she lives; at most 300 characters.")


ASKED = Asked(
    service=SERVICE,
    input=SubmitDaughterUndertakingInput,
    description="Submits the undertaking of a daughter who draws a parent's pension, so that her cover goes on.",
)
