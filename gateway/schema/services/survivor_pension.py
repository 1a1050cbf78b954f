"""applyForSurvivorPension: a pension of the next of kin (domain.md 1.1, service 23)."""

import strawberry
from strawberry import ID

from gateway.domain.dependent import Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.services.survivor_pension import SERVICE
from gateway.schema import dependent  # noqa: F401 (describes Relation)
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="A survivor's pension.")
class ApplyForSurvivorPensionInput(Asking):
    deceased: NationalId = strawberry.field(description="Who died.")
    relation: Relation = strawberry.field(description="What the applicant was to the deceased.")
    death_certificate: ID = strawberry.field(description="The death certificate: the id that `POST /uploads` gave.")
    kinship: list[ID] | None = strawberry.field(
        default=None,
        description="Papers that show the kinship; needed where the branches did not cover the two together.",
    )


ASKED = Asked(
    service=SERVICE,
    input=ApplyForSurvivorPensionInput,
    description="Applies for a survivor's pension.",
    documents=("death_certificate", "kinship"),
)
