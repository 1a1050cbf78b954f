"""declareContractTerms: by which terms a contract's premium is reckoned (domain.md 1.1, unnumbered)."""

import strawberry
from strawberry import ID

from gateway.domain.money import Rial
from gateway.domain.services.contract_terms import SERVICE, ContractKind
from gateway.schema.asking import Asked, AskingForWorkshop
from gateway.schema.enumeration import describe
from gateway.schema.scalars import JalaliDate

describe(
    ContractKind,
    "What a contract is for, as far as a rate of it is known here.",
    {
        "CIVIL_WORKS_CONSULTING": "Consulting for civil works (مشاوره عمرانی): 15.6 % of its worth, by an older text.",
        "OTHER": "Anything else: its rate is not known here, the branch reckons it.",
    },
)


@strawberry.input(description="The terms by which the premium of a contract (پیمان) is reckoned.")
class DeclareContractTermsInput(AskingForWorkshop):
    contract_number: str = strawberry.field(description="The contract's number (شماره پیمان).")
    contract_row: str = strawberry.field(description="Its row at the branch (ردیف پیمان): three digits.")
    contract: ContractKind = strawberry.field(description="What it is for.")
    since: JalaliDate = strawberry.field(description="When it began.")
    amount: Rial = strawberry.field(description="What it is worth, in rial.")
    text: str = strawberry.field(description="What it says of its premium, in at most 2,000 characters.")
    documents: list[ID] = strawberry.field(
        default_factory=list, description="The contract: ids that `POST /uploads` gave."
    )


ASKED = Asked(
    service=SERVICE,
    input=DeclareContractTermsInput,
    description="Declares by which terms a contract's premium is reckoned. Needs the workshop's agreement to "
    "electronic notice.",
    documents=("documents",),
)
