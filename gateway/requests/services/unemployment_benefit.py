"""Who is given unemployment benefit, for how long and how much: domain.md 1.1 (S0) and 2.7, law of 1369. Whom the
labour office has approved and referred, with six months of premiums, as long as something of the entitlement is left.

Whether work was lost against one's will, and was reported in time, the labour office has decided.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.contribution import ContributionSummary
from gateway.domain.entitlement import EntitlementRules, entitlement
from gateway.domain.failure import Source
from gateway.domain.request import Figure, Reason
from gateway.domain.services.unemployment_benefit import SERVICE, UnemploymentBenefitRequest
from gateway.domain.unemployment import Approval, CaseStage, Entitlement, UnemploymentCase
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, contributions_of
from gateway.requests.rules.reason import broken, figure

LABOUR = Source.LABOUR_MINISTRY
MONTHS_NEEDED = 6
DAYS_OF_A_MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class UnemploymentFacts:
    """`case` is the ministry's newest of the applicant; None: it has none."""

    case: UnemploymentCase | Unread | None = UNREAD
    contributions: ContributionSummary | Unread = UNREAD
    rules: EntitlementRules = EntitlementRules()  # noqa: RUF009 (frozen)

    @property
    def granted(self) -> Entitlement | None:
        """What the law grants; None while the case or the contributions are not known."""
        if not isinstance(self.case, UnemploymentCase) or isinstance(self.contributions, Unread):
            return None
        return entitlement(self.case, self.contributions, self.rules)


def reasons(facts: UnemploymentFacts) -> Iterable[Reason | None]:
    yield _referral(facts)
    yield _months(facts)
    yield _left(facts)


def _referral(facts: UnemploymentFacts) -> Reason | None:
    """Only after the labour office's word, which it may take back."""
    if isinstance(facts.case, Unread):
        return None
    if facts.case and (facts.case.stage, facts.case.approval) == (CaseStage.REFERRED_TO_SSO, Approval.GRANTED):
        return None
    return broken(
        "unemployment.labour-office-has-referred",
        found=f"{facts.case.stage.value}, {facts.case.approval.value}" if facts.case else "no case",
        needed=f"{CaseStage.REFERRED_TO_SSO.value}, {Approval.GRANTED.value}",
        source=LABOUR,
        fa="اداره کار متقاضی را تأیید و به سازمان معرفی نکرده است.",
        en="The labour office has not approved the applicant and referred them to the Organisation.",
    )


def _months(facts: UnemploymentFacts) -> Reason | None:
    """Domain.md 2.7: six months of premiums."""
    if isinstance(facts.contributions, Unread) or facts.contributions.months >= MONTHS_NEEDED:
        return None
    return broken(
        "unemployment.history",
        found=f"{facts.contributions.months} months",
        needed=f"{MONTHS_NEEDED} months",
        source=BRANCHES,
        fa="برای دریافت مقرری دست‌کم شش ماه سابقه پرداخت حق بیمه لازم است.",
        en="At least six months of premiums are needed.",
    )


def _left(facts: UnemploymentFacts) -> Reason | None:
    granted = facts.granted
    if granted is None or not granted.months_entitled or granted.months_left > 0:
        return None
    return broken(
        "unemployment.months-are-left",
        found=f"{granted.months_drawn} of {granted.months_entitled} months drawn",
        needed="1 month or more that is left",
        source=LABOUR,
        fa="همه ماه‌های استحقاق مقرری پیش‌تر دریافت شده است.",
        en="All months of the entitlement have been drawn.",
    )


def figures(facts: UnemploymentFacts) -> Iterable[Figure]:
    granted = facts.granted
    if granted is None:
        return
    yield figure("contributionMonths", granted.contribution_months, "ماه‌های پرداخت حق بیمه", "Months of premiums")
    yield figure("monthsEntitled", granted.months_entitled, "ماه‌های استحقاق", "Months granted")
    yield figure("monthsDrawn", granted.months_drawn, "ماه‌های دریافت‌شده", "Months drawn")
    yield figure("monthsLeft", granted.months_left, "ماه‌های باقی‌مانده", "Months left")
    if granted.daily_benefit is not None:
        monthly = granted.daily_benefit * DAYS_OF_A_MONTH
        yield figure("dailyBenefit", granted.daily_benefit, "مقرری روزانه (ریال)", "Benefit a day (rial)")
        yield figure("monthlyBenefit", monthly, "مقرری ماهانه (ریال)", "Benefit a month (rial)")


async def read(reader: Reader, request: UnemploymentBenefitRequest) -> UnemploymentFacts:
    reading_case = _case_of(reader, request)
    case, contributions = await asyncio.gather(reading_case, contributions_of(reader, request.applicant))
    return UnemploymentFacts(case=case, contributions=contributions, rules=reader.decrees.entitlement)


async def _case_of(reader: Reader, request: UnemploymentBenefitRequest) -> UnemploymentCase | Unread | None:
    return await reader.value(reader.loaders.unemployment_cases_by_person.load(request.applicant), LABOUR)


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
