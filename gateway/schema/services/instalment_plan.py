"""requestInstalmentPlan: a workshop pays debts in monthly instalments (domain.md, service 27)."""

import strawberry

from gateway.domain.services.instalment_plan import SERVICE
from gateway.schema.asking import Asked, AskingForWorkshop


@strawberry.input(
    description="Debts of a workshop in monthly instalments. If one is missed, all that is left is due at once and is "
    "enforced (Art. 50)."
)
class RequestInstalmentPlanInput(AskingForWorkshop):
    debt_numbers: list[str] = strawberry.field(
        description="The debts, by their numbers at the workshop's branch; only before their execution order."
    )
    months: int = strawberry.field(description="How many monthly instalments: 1 to 36.")


ASKED = Asked(
    service=SERVICE,
    input=RequestInstalmentPlanInput,
    description="Asks for debts to be paid in instalments, at 12 % a year on the balance: `Workshop.instalmentQuote` "
    "tells what that costs. Needs the workshop's agreement to electronic notice.",
)
