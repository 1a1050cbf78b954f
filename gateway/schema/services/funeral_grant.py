"""requestFuneralGrant: the grant for a funeral (domain.md 1.1, one of services 18 to 23)."""

import strawberry
from strawberry import ID

from gateway.domain.identifiers import NationalId
from gateway.domain.services.funeral_grant import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(
    description="A funeral grant: for the family of an insured person or pensioner, and for one whose spouse died."
)
class RequestFuneralGrantInput(Asking):
    deceased: NationalId = strawberry.field(description="Who died.")
    death_certificate: ID = strawberry.field(description="The death certificate: the id that `POST /uploads` gave.")
    kinship: list[ID] | None = strawberry.field(
        default=None,
        description="Papers that show the kinship; needed where the branches did not cover the two together.",
    )


ASKED = Asked(
    service=SERVICE,
    input=RequestFuneralGrantInput,
    description="Asks for the funeral grant: one month's minimum wage at the time of death.",
    documents=("death_certificate", "kinship"),
)
