"""fileMarriageAllowanceObjection: about an allowance that was not paid (domain.md 1.1, service 1)."""

import strawberry
from strawberry import ID

from gateway.domain.services.marriage_allowance_objection import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="An objection: the marriage allowance was not paid.")
class FileMarriageAllowanceObjectionInput(Asking):
    text: str = strawberry.field(description="Why; at most 2,000 characters.")
    marriage_deed: ID = strawberry.field(description="The marriage deed: the id that `POST /uploads` gave.")
    shenasname_page: ID = strawberry.field(description="The marriage page of the shenasname, likewise.")


ASKED = Asked(
    service=SERVICE,
    input=FileMarriageAllowanceObjectionInput,
    description="Objects that the marriage allowance was not paid. `Person.eligibility` says what it lacks.",
    documents=("marriage_deed", "shenasname_page"),
)
