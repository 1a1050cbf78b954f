"""concludeSelfEmployedContract: insurance without an employer (domain.md 1.1, service 16)."""

import strawberry

from gateway.domain.money import Rial
from gateway.domain.services.self_employed_contract import SERVICE, PremiumLevel, SelfEmployedGroup
from gateway.schema.asking import Asked, Asking
from gateway.schema.enumeration import describe

describe(
    SelfEmployedGroup,
    "Who may be insured without an employer.",
    {
        "OCCUPATION": "Whoever works for no wage, by an occupation that they declare themselves.",
        "HOUSEWIFE": "Housewives.",
        "UNMARRIED_GIRL": "Unmarried girls.",
        "STUDENT": "Students.",
    },
)
describe(
    PremiumLevel,
    "What a self-employed person's premium covers.",
    {
        "RETIREMENT": "Retirement: 12 % of the wage.",
        "RETIREMENT_AND_DEATH": "Retirement and death: 14 %.",
        "RETIREMENT_DEATH_AND_DISABILITY": "Retirement, death and disability: 18 %.",
    },
)


@strawberry.input(description="A contract of self-employed insurance.")
class ConcludeSelfEmployedContractInput(Asking):
    group: SelfEmployedGroup = strawberry.field(description="As what the applicant is to be insured.")
    occupation: str | None = strawberry.field(
        default=None, description="The occupation, where the group is OCCUPATION; at most 100 characters."
    )
    level: PremiumLevel = strawberry.field(description="What the premium is to cover.")
    monthly_wage: Rial = strawberry.field(description="The wage to be insured by, in rial a month.")


ASKED = Asked(
    service=SERVICE,
    input=ConcludeSelfEmployedContractInput,
    description="Asks for a contract of self-employed insurance. Its premiums are paid with `startPremiumPayment`.",
)
