"""What it would cost a workshop to pay debts in instalments; nothing is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import Info

from gateway.domain.access import Wording
from gateway.domain.failure import Code
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.instalment import MOST_MONTHS, Instalment, InstalmentPlan
from gateway.domain.lookup import Fact
from gateway.domain.money import Rial
from gateway.domain.refusal import Refused
from gateway.domain.request import Reason
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.requests.reading import Reader
from gateway.requests.services.instalment_plan import ALL_DUE, facts_of, reasons

MOST_DEBTS = 100
DEBT_NUMBERS = strawberry.argument(
    description=f"The debts, by their numbers at the workshop's branch; at most {MOST_DEBTS}."
)
MONTHS = strawberry.argument(description=f"How many monthly instalments: 1 to {MOST_MONTHS}.")


@dataclass(frozen=True, slots=True)
class InstalmentQuote:
    """`plan` is None where there is none by these debts and months."""

    reasons: Sequence[Reason]
    plan: InstalmentPlan | None
    if_one_is_missed: Wording = ALL_DUE

    @property
    def principal(self) -> Rial | None:
        return self.plan.principal if self.plan else None

    @property
    def charge(self) -> Rial | None:
        return self.plan.charge if self.plan else None

    @property
    def total(self) -> Rial | None:
        return self.plan.total if self.plan else None

    @property
    def instalments(self) -> Sequence[Instalment]:
        return self.plan.instalments if self.plan else ()


async def instalment_quote_of(
    root: Fact[Workshop],
    info: Info[RequestContext, None],
    debt_numbers: Annotated[list[str], DEBT_NUMBERS],
    months: Annotated[int, MONTHS],
) -> InstalmentQuote:
    """Raises SourceFailure where the debts, or what was paid for them, could not be read: a quote would be wrong."""
    if len(debt_numbers) > MOST_DEBTS:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'debtNumbers' takes at most {MOST_DEBTS} numbers.")
    context = info.context
    reader = Reader(context.loaders, context.policy, context.clock, None)
    workshop = WorkshopKey(root.value.code, root.value.branch)
    facts = await facts_of(reader, workshop, tuple(debt_numbers), months)
    if reader.unread:
        raise reader.unread[0]
    return InstalmentQuote([reason for reason in reasons(facts) if reason], facts.plan)
