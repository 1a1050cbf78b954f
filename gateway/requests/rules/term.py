"""A term of days that something set running: the last day of it counts, the day after is too late."""

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.request import Reason
from gateway.requests.rules.facts import BRANCHES
from gateway.requests.rules.reason import broken
from gateway.requests.rules.reckoning import days_between, days_later, is_within_days


def is_in_time(rule: str, since: Day | None, on: Day, most: int, *, fa: str, en: str) -> Reason | None:
    """`most` in days from `since`, None where nothing has set the term running. Since a day that is known by its month
    or year only: a term that may still run is not over."""
    if since is None:
        return None
    began = _latest(since)
    if on < began or is_within_days(most, began, on):
        return None
    return broken(
        rule, found=f"day {days_between(began, on)}", needed=f"at most day {most}", source=BRANCHES, fa=fa, en=en
    )


def last_day_of(since: Day, most: int) -> Day:
    """The last day of a term of `most` days."""
    return days_later(_latest(since), most)


def _latest(day: Day) -> Day:
    month = day.month or 12
    return Day(day.year, month, day.day or YearMonth(day.year, month).length)
