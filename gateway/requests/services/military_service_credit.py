"""Whose military service is credited: domain.md 1.1, service 13 (S0, S4). They have served, have two years of premiums
with the Organisation, and are insured with it now, by whatever kind of insurance.

How many days two years are the sources do not say: 365 each here. What a credited day costs they do not say either: a
premium is quoted only where it is set.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.contribution import ContributionSummary
from gateway.domain.insurance import Insurance
from gateway.domain.money import Rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.military_service_credit import SERVICE, MilitaryServiceRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, contributions_of, insurance_of, today_of
from gateway.requests.rules.link import is_insured_now
from gateway.requests.rules.period import days_of, is_a_period
from gateway.requests.rules.reason import broken, figure

DAYS_NEEDED = 2 * 365


@dataclass(frozen=True, slots=True, kw_only=True)
class MilitaryFacts:
    """`day_price` is what one credited day costs, in rial; None: unknown."""

    today: Day
    since: Day | None = None
    until: Day | None = None
    insurance: Insurance | Unread = UNREAD
    contributions: ContributionSummary | Unread = UNREAD
    day_price: Rial | None = None


def reasons(facts: MilitaryFacts) -> Iterable[Reason | None]:
    yield is_insured_now("military.is-insured-now", facts.insurance)
    yield _history(facts)
    yield is_a_period("military.service-is-over", facts.since, facts.until, facts.today)


def _history(facts: MilitaryFacts) -> Reason | None:
    if isinstance(facts.contributions, Unread) or facts.contributions.days >= DAYS_NEEDED:
        return None
    return broken(
        "military.history",
        found=f"{facts.contributions.days} days",
        needed=f"{DAYS_NEEDED} days",
        source=BRANCHES,
        fa="برای احتساب خدمت سربازی دست‌کم دو سال سابقه پرداخت حق بیمه لازم است.",
        en="At least two years of premiums are needed.",
    )


def figures(facts: MilitaryFacts) -> Iterable[Figure]:
    if not isinstance(facts.contributions, Unread):
        yield figure("historyDays", facts.contributions.days, "سابقه پرداخت حق بیمه (روز)", "Days of premiums")
        yield figure("historyDaysNeeded", DAYS_NEEDED, "سابقه لازم (روز)", "Days of premiums needed")
    days = days_of(facts.since, facts.until)
    if days is None:
        return
    yield figure("creditedDays", days, "روزهای خدمت", "Days of service")
    if facts.day_price is not None:
        yield figure("premium", days * facts.day_price, "حق بیمه (ریال)", "Premium (rial)")


async def read(reader: Reader, request: MilitaryServiceRequest) -> MilitaryFacts:
    insurance, contributions = await asyncio.gather(
        insurance_of(reader, request.applicant), contributions_of(reader, request.applicant)
    )
    return MilitaryFacts(
        today=today_of(reader),
        since=request.since,
        until=request.until,
        insurance=insurance,
        contributions=contributions,
        day_price=reader.decrees.military_day,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
