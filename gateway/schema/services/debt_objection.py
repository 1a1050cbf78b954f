"""fileDebtObjection: a workshop objects to a debt, and a board hears it (domain.md, service 11)."""

import strawberry
from strawberry import ID

from gateway.domain.services.debt_objection import SERVICE, ObjectionType
from gateway.schema.asking import Asked, AskingForWorkshop
from gateway.schema.enumeration import describe

describe(
    ObjectionType,
    "What is objected to.",
    {
        "ESTIMATED_DEBT": "A debt notice (اعلامیه), within 30 days of its service: to the first-instance board.",
        "FIRST_INSTANCE_RULING": "The first-instance board's ruling (رأی بدوی), within 20 days, where the claim is "
        "above 1,500,000 rial: to the board of appeal.",
        "FINAL_DEBT": "A final debt (بدهی قطعی): to the review committee of Art. 16 of the boards' by-law.",
    },
)


@strawberry.input(description="An objection of a workshop to one of its debts.")
class FileDebtObjectionInput(AskingForWorkshop):
    debt_number: str = strawberry.field(description="The debt's number, at the workshop's branch (شماره بدهی).")
    objection: ObjectionType = strawberry.field(description="What is objected to.")
    text: str = strawberry.field(description="Why, in at most 2,000 characters.")
    documents: list[ID] = strawberry.field(
        default_factory=list, description="What proves it: ids that `POST /uploads` gave."
    )


ASKED = Asked(
    service=SERVICE,
    input=FileDebtObjectionInput,
    description="Objects to a debt. When the board has set the hearing, it is the request's `appointment`. Needs the "
    "workshop's agreement to electronic notice.",
    documents=("documents",),
)
