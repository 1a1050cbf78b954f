"""fetchRegistryPhoto: the registry's photo for the medical file (domain.md 1.1, service 25)."""

import strawberry

from gateway.domain.identifiers import NationalId
from gateway.domain.services.registry_photo import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="A photo that the branch is to take over from the civil registry.")
class FetchRegistryPhotoInput(Asking):
    subject: NationalId | None = strawberry.field(
        default=None, description="Whose photo: a dependant who is covered; left out, the applicant's own."
    )


ASKED = Asked(
    service=SERVICE,
    input=FetchRegistryPhotoInput,
    description="Asks for the registry's photo to be taken over into the branch's file. `Person.photo` shows it.",
)
