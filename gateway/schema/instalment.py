"""What it costs to pay debts in instalments."""

import strawberry

from gateway.domain.instalment import MOST_MONTHS
from gateway.domain.money import Rial
from gateway.schema.access import Wording
from gateway.schema.directives import FINANCIAL, list_of
from gateway.schema.request import EligibilityReason


@strawberry.type(description="One monthly instalment (قسط).")
class Instalment:
    number: int | None = strawberry.field(description="1 for the first.", directives=FINANCIAL)
    principal: Rial | None = strawberry.field(description="Its part of the debts, in rial.", directives=FINANCIAL)
    charge: Rial | None = strawberry.field(
        description="A month's charge on what is owed before it, in rial.", directives=FINANCIAL
    )
    amount: Rial | None = strawberry.field(description="Both, in rial: what is paid.", directives=FINANCIAL)


@strawberry.type(description="What it would cost to pay debts in instalments (Art. 46). Nothing was asked for.")
class InstalmentQuote:
    reasons: list[EligibilityReason] | None = strawberry.field(
        description="Each condition of `requestInstalmentPlan` that is not met; amounts are told all the same, where "
        "there are any.",
        directives=list_of(5),
    )
    principal: Rial | None = strawberry.field(
        description="What is owed today, in rial, less what was paid through this service and is not booked yet; null "
        "where these debts and months make no plan.",
        directives=FINANCIAL,
    )
    charge: Rial | None = strawberry.field(
        description="12 % a year on the balance, over all months, in rial.", directives=FINANCIAL
    )
    total: Rial | None = strawberry.field(description="Paid in all, in rial.", directives=FINANCIAL)
    instalments: list[Instalment] | None = strawberry.field(
        description="Month by month: equal parts of what is owed, each with the charge of its month.",
        directives=list_of(MOST_MONTHS),
    )
    if_one_is_missed: Wording | None = strawberry.field(
        description="What happens then: all that is left is due at once."
    )
