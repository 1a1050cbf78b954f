"""requestDependency: parents or a husband whom the insured supports (domain.md 1.1, kefalat)."""

import strawberry
from strawberry import ID

from gateway.domain.identifiers import NationalId
from gateway.domain.services.dependency import SERVICE, SupportedRelation
from gateway.schema.asking import Asked, Asking
from gateway.schema.enumeration import describe
from gateway.schema.scalars import JalaliDate

describe(
    SupportedRelation,
    "Whom an insured person can be found to support.",
    {
        "FATHER": "The father, 60 years completed or totally disabled.",
        "MOTHER": "The mother, 55 years completed or totally disabled.",
        "HUSBAND": "The husband of an insured woman, over 60 or totally disabled.",
    },
)


@strawberry.input(description="A finding that the insured supports a parent or husband.")
class RequestDependencyInput(Asking):
    candidate: NationalId = strawberry.field(description="Who is supported.")
    birth: JalaliDate = strawberry.field(description="Their date of birth: the registry has to agree with it.")
    relation: SupportedRelation = strawberry.field(description="What they are to the insured.")
    supports: bool = strawberry.field(description="Whether the insured bears their livelihood.")
    commission_file: str | None = strawberry.field(
        default=None,
        description="The number of the medical commission's file that found total disability (`officeNumber` of the "
        "request for it); then no age is needed.",
    )
    documents: list[ID] | None = strawberry.field(default=None, description="Papers: ids that `POST /uploads` gave.")


ASKED = Asked(
    service=SERVICE,
    input=RequestDependencyInput,
    description="Asks for the dependency of a parent or husband to be found.",
    documents=("documents",),
)
