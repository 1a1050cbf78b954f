"""A stretch of days that an applicant says: in its order, and not in the future."""

from gateway.domain.calendar import Day
from gateway.domain.request import Reason
from gateway.requests.rules.reason import broken
from gateway.requests.rules.reckoning import days_between


def is_a_period(rule: str, since: Day | None, until: Day | None, today: Day) -> Reason | None:
    """Both ends included: it may be one day, and today may be its last."""
    if since is None or until is None or since <= until <= today:
        return None
    return broken(
        rule,
        found=f"{since.jalali} to {until.jalali}",
        needed=f"a first day, and a last one not before it, until {today.jalali}",
        source=None,
        fa="تاریخ پایان نباید پیش از تاریخ آغاز یا پس از امروز باشد.",
        en="The last day must not be before the first, nor after today.",
    )


def days_of(since: Day | None, until: Day | None) -> int | None:
    """Both ends included; None for what is no period, or was not said."""
    if since is None or until is None or until < since:
        return None
    return days_between(since, until) + 1
