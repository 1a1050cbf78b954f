"""The marriage allowance of Art. 85: who has it, and how much (domain.md 1.1, service 1; S0, S3). Pure.

720 days of premiums in the five years that end on the day on which the first permanent marriage was registered; first;
permanent; at an official office; the employment not severed and in a covered workshop on that day. The amount is one
month's average wage: the insurable wages of the two years before the marriage, divided by 24, also where wages stand
for fewer months.

Ours, since lists say months and no days: the month of the marriage counts at most the days up to it, employment on the
day is a list of that month (or, where that has not come yet, a link that is active and older), and the two years are
the 24 whole months before the month of the marriage. Premiums of every kind are counted: no source says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionRecord
from gateway.domain.failure import Source
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceStatus
from gateway.domain.money import Rial, rial
from gateway.domain.registry_event import Marriage
from gateway.domain.request import Reason
from gateway.requests.reading import UNREAD, Unread
from gateway.requests.rules.reason import broken
from gateway.requests.rules.reckoning import (
    Window,
    days_of_contribution,
    month_of,
    months_before,
    wages_of_months,
    years_ending_on,
)

DAYS_NEEDED = 720
WINDOW_YEARS = 5
WAGE_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class MarriageFacts:
    """`marriage` is the one that the allowance is for, None: the registry knows none. `records` reach from
    `first_month_needed` to the marriage's month and have the newest list, of all branches; `insurance` is the link of
    today."""

    marriage: Marriage | Unread | None = UNREAD
    records: tuple[ContributionRecord, ...] | Unread = UNREAD
    insurance: Insurance | Unread = UNREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class MarriageAssessment:
    """None where a fact was not read. `amount` in rial, rounded down; it says what would be paid, also to whom a rule
    refuses it."""

    reasons: tuple[Reason, ...]
    window: Window | None = None
    days: int | None = None
    amount: Rial | None = None


def first_month_needed(registered_on: Day) -> YearMonth:
    """The rules read records from this month to the marriage's, and the newest list: one that is later than the
    marriage's month says that its lists have come."""
    return month_of(years_ending_on(registered_on, WINDOW_YEARS).since)


def assess(facts: MarriageFacts) -> MarriageAssessment:
    """Every rule that does not hold, and the figures. A fact that was not read breaks no rule."""
    marriage = facts.marriage
    if isinstance(marriage, Unread):
        return MarriageAssessment(reasons=())
    if marriage is None:
        return MarriageAssessment(reasons=(_no_marriage(),))
    window = years_ending_on(marriage.registered_on, WINDOW_YEARS)
    days = amount = None
    if not isinstance(facts.records, Unread):
        days = days_of_contribution(facts.records, window)
        first, last = months_before(month_of(marriage.registered_on), WAGE_MONTHS)
        amount = rial(wages_of_months(facts.records, first, last) // WAGE_MONTHS)
    found = (
        _permanent(marriage),
        _first(marriage),
        _official(marriage),
        _days(days, window),
        _employed(facts, marriage.registered_on),
    )
    reasons = tuple(reason for reason in found if reason is not None)
    return MarriageAssessment(reasons=reasons, window=window, days=days, amount=amount)


def reasons(facts: MarriageFacts) -> tuple[Reason, ...]:
    return assess(facts).reasons


def works_on(day: Day, records: Iterable[ContributionRecord], insurance: Insurance) -> bool:
    """Whether somebody is employed in a covered workshop on a day, as far as lists and links can say.

    A list of that month names them; or no list of that month or a later one does, and their compulsory link to a
    workshop is active today and not younger than the day.
    """
    month = month_of(day)
    listed = [r for r in records if r.kind is InsuranceKind.COMPULSORY and r.workshop is not None and r.days > 0]
    if any(record.month == month for record in listed):
        return True
    return not any(record.month > month for record in listed) and any(
        link.status is InsuranceStatus.ACTIVE
        and link.kind is InsuranceKind.COMPULSORY
        and link.workshop is not None
        and link.since is not None
        and _began(link.since) <= day
        for link in insurance.links
    )


def _began(since: Day) -> Day:
    return Day(since.year, since.month or 1, since.day or 1)


def _no_marriage() -> Reason:
    return broken(
        "marriage.registered",
        found="NONE",
        needed="a registered marriage",
        source=Source.REGISTRY_EVENTS,
        fa="در ثبت احوال ازدواجی به نام شما ثبت نشده است.",
        en="The civil registry has no marriage of yours.",
    )


def _permanent(marriage: Marriage) -> Reason | None:
    if marriage.permanent:
        return None
    return broken(
        "marriage.permanent",
        found="TEMPORARY",
        needed="PERMANENT",
        source=Source.REGISTRY_EVENTS,
        fa="کمک‌هزینه ازدواج تنها به ازدواج دائم تعلق می‌گیرد.",
        en="The allowance is for a permanent marriage only.",
    )


def _first(marriage: Marriage) -> Reason | None:
    if marriage.first:
        return None
    return broken(
        "marriage.first",
        found="NOT_FIRST",
        needed="FIRST",
        source=Source.REGISTRY_EVENTS,
        fa="کمک‌هزینه ازدواج تنها به ازدواج نخست تعلق می‌گیرد.",
        en="The allowance is for a first marriage only.",
    )


def _official(marriage: Marriage) -> Reason | None:
    if marriage.official_office:
        return None
    return broken(
        "marriage.official-office",
        found="ANOTHER_OFFICE",
        needed="OFFICIAL_OFFICE",
        source=Source.REGISTRY_EVENTS,
        fa="ازدواج باید در دفتر رسمی ازدواج ثبت شده باشد.",
        en="The marriage has to be registered at an official office.",
    )


def _days(days: int | None, window: Window) -> Reason | None:
    if days is None or days >= DAYS_NEEDED:
        return None
    since, until = window.since.jalali, window.until.jalali
    return broken(
        "marriage.720-days",
        found=f"{days} days",
        needed=f"{DAYS_NEEDED} days from {since} to {until}",
        source=Source.BRANCH_DATABASES,
        fa=f"در پنج سال منتهی به ثبت ازدواج {days} روز حق بیمه پرداخت شده است؛ دست‌کم {DAYS_NEEDED} روز لازم است.",
        en=f"{days} days of premiums in the five years up to the registration; {DAYS_NEEDED} are needed.",
    )


def _employed(facts: MarriageFacts, day: Day) -> Reason | None:
    if isinstance(facts.records, Unread) or isinstance(facts.insurance, Unread):
        return None
    if works_on(day, facts.records, facts.insurance):
        return None
    return broken(
        "marriage.employed",
        found="NOT_EMPLOYED",
        needed=f"employed in a covered workshop on {day.jalali}",
        source=Source.BRANCH_DATABASES,
        fa="در روز ثبت ازدواج رابطه کاری در کارگاه مشمول قانون برقرار نبوده است.",
        en="On the day of registration there was no employment in a covered workshop.",
    )
