"""Age and history, as the contracts of voluntary and self-employed insurance ask for them: domain.md 1.1, services 8
and 16 (S0, S3, S4).

Up to 50 years completed, some days of history suffice; over 50, there has to be as much history as the age is over 50,
to the day. The sources disagree on the age (domain.md 1.6): "up to 50 completed" (S4, and S0 of service 16) is the
rule, "below 50" (S0, S3) can be set. What counts as history: days of premiums of every kind, in all branches.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.request import Figure, Reason
from gateway.requests.reading import Unread
from gateway.requests.rules.age import age_figures, age_in_words
from gateway.requests.rules.facts import BRANCHES
from gateway.requests.rules.reason import broken, figure
from gateway.requests.rules.reckoning import (
    Age,
    age_on,
    days_between,
    earliest_birth,
    latest_birth,
    years_later,
)

OLDEST = 50
JUST_OVER = 1  # day


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAndHistory:
    """`history` is in days. `least_days` is what somebody needs who is not over the age; `below`: whether the age has
    to be below 50, instead of 50 completed."""

    birth: Day | Unread | None
    today: Day
    history: int | Unread
    least_days: int
    below: bool = False


def age_and_history(rule: str, facts: AgeAndHistory) -> Reason | None:
    """A birth that is known by year or month only breaks the rule where it would be broken whatever the day was."""
    if isinstance(facts.birth, Unread) or facts.birth is None or isinstance(facts.history, Unread):
        return None
    needed = _least_needed(facts.birth, facts)
    if facts.history >= needed:
        return None
    return broken(
        rule,
        found=f"age {age_in_words(facts.birth, facts.today)}, history {facts.history} days",
        needed=f"{needed} days",
        source=BRANCHES,
        fa=f"سابقه پرداخت حق بیمه {facts.history} روز است؛ با این سن دست‌کم {needed} روز لازم است.",
        en=f"There are {facts.history} days of premiums; at this age at least {needed} are needed.",
    )


def figures_of(facts: AgeAndHistory) -> Iterable[Figure]:
    """Age, history and what the age needs, as far as they are known."""
    if isinstance(facts.birth, Day):
        yield from age_figures(facts.birth, facts.today)
    if not isinstance(facts.history, Unread):
        yield figure("historyDays", facts.history, "سابقه پرداخت حق بیمه (روز)", "Days of premiums")
        if isinstance(facts.birth, Day) and facts.birth.gregorian:
            needed = _needed(facts.birth, facts)
            yield figure("historyDaysNeeded", needed, "سابقه لازم (روز)", "Days of premiums needed")


def _least_needed(birth: Day, facts: AgeAndHistory) -> int:
    """Of all days that the birth can have been, the one that needs least."""
    youngest, oldest = latest_birth(birth, facts.today), earliest_birth(birth)
    if _is_over(oldest, facts) and not _is_over(youngest, facts):
        return min(facts.least_days, JUST_OVER)
    return _needed(youngest, facts)


def _needed(birth: Day, facts: AgeAndHistory) -> int:
    if not _is_over(birth, facts):
        return facts.least_days
    # Where 50 is too old already, its first day is the first one of the excess.
    return days_between(years_later(birth, OLDEST), facts.today) + (JUST_OVER if facts.below else 0)


def _is_over(birth: Day, facts: AgeAndHistory) -> bool:
    age = age_on(birth, facts.today)
    return age >= Age(OLDEST) if facts.below else age > Age(OLDEST)
