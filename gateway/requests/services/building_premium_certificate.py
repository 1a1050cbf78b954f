"""Whether a building's premium was paid: domain.md 1.1 service 26 (S0), 2.6 (the portal's debitNumber, branchCode).

Owners and applicants for a building permit ask; it certifies a payment. So the debt in which the branch claimed the
premium is the applicant's, and nothing is left of it. Which file a debt is of, and what the municipality says, the
branch finds: its databases do not tell.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.domain.debt import Debt
from gateway.domain.money import Rial
from gateway.domain.request import Reason
from gateway.domain.services.building_premium_certificate import SERVICE, BuildingPremiumRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.debts import BRANCHES, debts_of_person, named, paid_here_of
from gateway.requests.rules.reason import broken

LONGEST_FILE_NUMBER = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingFacts:
    """`said` is the request; `debts` are the applicant's at its branch, `paid_here` what the branch may not have
    booked."""

    said: BuildingPremiumRequest
    debts: tuple[Debt, ...] | Unread = UNREAD
    paid_here: Mapping[str, Rial] = field(default_factory=dict)

    @property
    def debt(self) -> Debt | None:
        found = named([self.said.debt_number] if self.said.debt_number else [], self.debts)
        return found[0] if found else None


def reasons(facts: BuildingFacts) -> Iterable[Reason | None]:
    return _file_number(facts.said.file_number), _debt_is_the_applicants(facts), _is_paid(facts)


def _file_number(number: str | None) -> Reason | None:
    if number is None or 0 < len(number.strip()) <= LONGEST_FILE_NUMBER:
        return None
    return broken(
        "building.file-is-named",
        found=f"{len(number.strip())} characters",
        needed=f"1 to {LONGEST_FILE_NUMBER} characters",
        source=None,
        fa="شماره پرونده ساختمانی گفته نشده است.",
        en="The file of the building is not named.",
    )


def _debt_is_the_applicants(facts: BuildingFacts) -> Reason | None:
    if facts.said.debt_number is None or facts.debts is UNREAD or facts.debt is not None:
        return None
    return broken(
        "building.debt-is-the-applicants",
        found="no such debt",
        needed="a debt of the applicant at this branch",
        source=BRANCHES,
        fa="شعبه بدهی با این شماره به نام درخواست‌کننده ثبت نکرده است.",
        en="The branch has no debt of this number on the applicant's account.",
    )


def _is_paid(facts: BuildingFacts) -> Reason | None:
    """It certifies that the premium was paid (S0: «گواهی پرداخت حق بیمه ساختمانی»)."""
    debt = facts.debt
    if debt is None:
        return None
    left = debt.remaining - facts.paid_here.get(debt.number, 0)
    if left <= 0:
        return None
    return broken(
        "building.premium-is-paid",
        found=str(left),
        needed="0",
        source=BRANCHES,
        fa="حق بیمه ساختمان هنوز به‌طور کامل پرداخت نشده است.",
        en="The building's premium is not fully paid yet.",
    )


async def read(reader: Reader, request: BuildingPremiumRequest) -> BuildingFacts:
    """Before a debt is named nothing is asked."""
    if request.branch is None or request.debt_number is None:
        return BuildingFacts(said=request)
    debts = await debts_of_person(reader, request.applicant, request.branch)
    paid = await paid_here_of(reader, named([request.debt_number], debts))
    return BuildingFacts(said=request, debts=debts, paid_here=paid)


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
