"""Which debts may be paid in instalments, and what that costs: domain.md 1.1 service 27, and 2.8 (Art. 46).

At most 36 monthly instalments, with 12 % a year on the balance; only debts before the execution order (اجرائیه). Who
misses one owes all of the rest at once, and it is enforced (Art. 50). How much has to be paid first (the portal's
`firstInstallmentPer`) is not known: nothing is asked for. Whether a debt stands in a plan already, the branches'
databases do not tell.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.domain.access import Wording
from gateway.domain.debt import Debt
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.instalment import MOST_MONTHS, PERCENT_A_YEAR, InstalmentPlan, plan_of
from gateway.domain.money import Rial, rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.instalment_plan import SERVICE, InstalmentPlanRequest
from gateway.domain.workshop import NoticeAgreement
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.debts import (
    BRANCHES,
    before_execution,
    debts_are_the_workshops,
    debts_of_workshop,
    named,
    paid_here_of,
)
from gateway.requests.rules.reason import broken
from gateway.requests.rules.workshop import agreement_is_in_force, agreement_of

ALL_DUE = Wording(
    fa="اگر یک قسط در سررسید پرداخت نشود، همه مانده بدهی یکجا قابل مطالبه است و از راه اجرائیه (ماده ۵۰) وصول می‌شود.",
    en="If one instalment is missed, all that is left is due at once and is enforced (Art. 50).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalmentFacts:
    """`debt_numbers` and `months` are what was said; `debts` are all of the workshop's. `paid_here`: what was paid
    through this gateway and the branch may not have booked, by debt."""

    debt_numbers: tuple[str, ...] | None = None
    months: int | None = None
    agreement: NoticeAgreement | Unread | None = UNREAD
    debts: tuple[Debt, ...] | Unread = UNREAD
    paid_here: Mapping[str, Rial] = field(default_factory=dict)

    def owed(self, debt: Debt) -> Rial:
        return rial(debt.remaining - self.paid_here.get(debt.number, 0))

    @property
    def meant(self) -> tuple[Debt, ...]:
        """The debts that were named, each once; where none was, all that may be spread."""
        if self.debts is UNREAD:
            return ()
        if self.debt_numbers is not None:
            return named(tuple(dict.fromkeys(self.debt_numbers)), self.debts)
        return tuple(debt for debt in self.debts if before_execution(debt) and self.owed(debt) > 0)

    @property
    def plan(self) -> InstalmentPlan | None:
        """By what was said; the longest where no number of months was. None where there is no such plan."""
        owed = sum(self.owed(debt) for debt in self.meant)
        months = MOST_MONTHS if self.months is None else self.months
        return plan_of(rial(owed), months) if owed > 0 and 1 <= months <= MOST_MONTHS else None


def reasons(facts: InstalmentFacts) -> Iterable[Reason | None]:
    yield agreement_is_in_force(facts.agreement)
    yield _months(facts)
    if facts.debt_numbers is None:
        yield _something_to_spread(facts)
        return
    yield _some_are_named(facts.debt_numbers)
    yield debts_are_the_workshops(facts.debt_numbers, facts.debts)
    yield _before_the_execution_order(facts)
    yield _something_is_owed(facts)


def figures(facts: InstalmentFacts) -> Iterable[Figure]:
    yield Figure(
        name="mostMonths", value=str(MOST_MONTHS), words=Wording(fa="بیشترین شمار اقساط", en="Most instalments")
    )
    yield Figure(
        name="percentAYear",
        value=str(PERCENT_A_YEAR),
        words=Wording(fa="درصد سالانه نسبت به مانده", en="Per cent a year on the balance"),
    )
    plan = facts.plan
    if plan is None:
        return
    yield Figure(
        name="debts",
        value=", ".join(debt.number for debt in facts.meant),
        words=Wording(fa="بدهی‌های موضوع تقسیط", en="Debts of the plan"),
    )
    amounts = {
        "principal": (plan.principal, Wording(fa="مانده بدهی (ریال)", en="Owed today, in rial")),
        "months": (plan.months, Wording(fa="شمار اقساط", en="Instalments")),
        "firstInstalment": (plan.instalments[0].amount, Wording(fa="قسط نخست (ریال)", en="First instalment, in rial")),
        "lastInstalment": (plan.instalments[-1].amount, Wording(fa="قسط آخر (ریال)", en="Last instalment, in rial")),
        "charge": (plan.charge, Wording(fa="افزوده تقسیط (ریال)", en="The charge, in rial")),
        "total": (plan.total, Wording(fa="جمع پرداختی (ریال)", en="Paid in all, in rial")),
    }
    for name, (value, words) in amounts.items():
        yield Figure(name=name, value=str(value), words=words)
    yield Figure(name="ifOneIsMissed", value="ALL_DUE", words=ALL_DUE)


def _months(facts: InstalmentFacts) -> Reason | None:
    """At most 36 monthly instalments (Art. 46; domain.md 2.8)."""
    if facts.months is None or 1 <= facts.months <= MOST_MONTHS:
        return None
    return broken(
        "instalments.at-most-36-months",
        found=str(facts.months),
        needed=f"1 to {MOST_MONTHS}",
        source=None,
        fa="شمار اقساط ماهانه باید از ۱ تا ۳۶ باشد.",
        en="There are 1 to 36 monthly instalments.",
    )


def _something_to_spread(facts: InstalmentFacts) -> Reason | None:
    if facts.debts is UNREAD or facts.meant:
        return None
    return broken(
        "instalments.a-debt-can-be-spread",
        found=f"0 of {len(facts.debts)}",
        needed="a debt before the execution order",
        source=BRANCHES,
        fa="این کارگاه بدهی‌ای ندارد که بتوان آن را تقسیط کرد.",
        en="The workshop has no debt that can be paid in instalments.",
    )


def _some_are_named(numbers: tuple[str, ...]) -> Reason | None:
    if numbers:
        return None
    return broken(
        "instalments.debts-are-named",
        found="0 debts",
        needed="at least one",
        source=None,
        fa="بدهی‌ای برای تقسیط گفته نشده است.",
        en="No debt is named.",
    )


def _before_the_execution_order(facts: InstalmentFacts) -> Reason | None:
    """Only debts before the execution order are spread (domain.md 1.1, service 27)."""
    hardened = [debt for debt in facts.meant if not before_execution(debt)]
    if not hardened:
        return None
    return broken(
        "instalments.before-the-execution-order",
        found=", ".join(f"{debt.number} {debt.stage.value}" for debt in hardened),
        needed="NOTICED, WARNED or FINAL",
        source=BRANCHES,
        fa="بدهی پس از صدور اجرائیه تقسیط نمی‌شود.",
        en="After its execution order a debt is not spread.",
    )


def _something_is_owed(facts: InstalmentFacts) -> Reason | None:
    settled = [debt for debt in facts.meant if facts.owed(debt) <= 0]
    if not settled:
        return None
    return broken(
        "instalments.something-is-owed",
        found=", ".join(f"{debt.number} 0" for debt in settled),
        needed="more than 0",
        source=BRANCHES,
        fa="از این بدهی چیزی نمانده است.",
        en="Nothing is left of this debt.",
    )


async def read(reader: Reader, request: InstalmentPlanRequest) -> InstalmentFacts:
    return await facts_of(reader, request.workshop, request.debt_numbers, request.months)


async def facts_of(
    reader: Reader, workshop: WorkshopKey, debt_numbers: tuple[str, ...] | None, months: int | None
) -> InstalmentFacts:
    agreement, debts = await asyncio.gather(agreement_of(reader, workshop), debts_of_workshop(reader, workshop))
    said = InstalmentFacts(debt_numbers=debt_numbers, months=months, agreement=agreement, debts=debts)
    return dataclasses.replace(said, paid_here=await paid_here_of(reader, said.meant))


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
