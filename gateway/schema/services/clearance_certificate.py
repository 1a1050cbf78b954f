"""requestClearanceCertificate: a contract's clearance under Art. 38 (domain.md, service 14)."""

import strawberry
from strawberry import ID

from gateway.domain.money import Rial
from gateway.domain.services.clearance_certificate import SERVICE, ContractParty
from gateway.schema.asking import Asked, AskingForWorkshop
from gateway.schema.enumeration import describe
from gateway.schema.scalars import JalaliDate

describe(
    ContractParty,
    "Who asks about a contract.",
    {
        "CONTRACTOR": "Who does the work (پیمانکار).",
        "AWARDING_BODY": "Who awarded it (واگذارنده).",
    },
)


@strawberry.input(description="A request for the clearance certificate of a contract (مفاصاحساب ماده ۳۸).")
class RequestClearanceCertificateInput(AskingForWorkshop):
    party: ContractParty = strawberry.field(description="Whose workshop it is.")
    contract_number: str = strawberry.field(description="The contract's number (شماره پیمان).")
    contract_row: str = strawberry.field(description="Its row at the branch (ردیف پیمان): three digits.")
    since: JalaliDate = strawberry.field(description="When the work began.")
    until: JalaliDate = strawberry.field(description="When it ended.")
    letter_number: str = strawberry.field(description="The number of the awarding body's letter.")
    letter_date: JalaliDate = strawberry.field(description="Its date.")
    amount: Rial = strawberry.field(description="What the contract is worth, in rial.")
    documents: list[ID] = strawberry.field(
        default_factory=list, description="The letter and the contract: ids that `POST /uploads` gave."
    )


ASKED = Asked(
    service=SERVICE,
    input=RequestClearanceCertificateInput,
    description="Asks for the clearance certificate of a contract. When it is issued, its serial is among `results`.",
    documents=("documents",),
)
