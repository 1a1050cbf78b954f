"""registerDependant: somebody whom the insured supports (domain.md 1.1, service 6)."""

import strawberry
from strawberry import ID

from gateway.domain.dependent import Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.services.dependant_registration import SERVICE
from gateway.schema import dependent  # noqa: F401 (describes Relation)
from gateway.schema.asking import Asked, Asking
from gateway.schema.scalars import JalaliDate


@strawberry.input(description="Somebody who is to be registered as a dependant.")
class RegisterDependantInput(Asking):
    dependant: NationalId = strawberry.field(description="Whom to register.")
    birth: JalaliDate = strawberry.field(description="Their date of birth: the registry has to agree with it.")
    relation: Relation = strawberry.field(description="What they are to the insured: the first degree alone.")
    documents: list[ID] | None = strawberry.field(
        default=None, description="Papers that show the relation: ids that `POST /uploads` gave."
    )


ASKED = Asked(
    service=SERVICE,
    input=RegisterDependantInput,
    description="Asks for somebody to be registered as a dependant, after the civil registry was asked.",
    documents=("documents",),
)
