"""What several services reckon alike: ages, windows of years, days and wages of contribution, terms of days. Pure.

Everything is reckoned in the Jalali calendar, as the Organisation's rules are written. Where the sources are silent,
what is done here is ours and said at its function; docs/guide/cycles.md repeats it.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from gateway.domain.calendar import Day, Precision, YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import Rial, rial


class Age(msgspec.Struct, frozen=True, order=True):
    """Completed years, and the days since the last of them was completed: 50 years and 1 day is over 50."""

    years: int
    days: int = 0

    def __str__(self) -> str:
        return f"{self.years} years {self.days} days"


def age_on(birth: Day, on: Day) -> Age:
    """Both known to the day. Who is born on 30 Esfand completes a year on the last day of Esfand.

    Raises ValueError where a day is not known, or `on` is before the birth.
    """
    if birth.gregorian is None or on.gregorian is None or on.gregorian < birth.gregorian:
        raise ValueError("an age needs two days, in their order")
    years = on.year - birth.year
    reached = years_later(birth, years)
    if on < reached:
        years -= 1
        reached = years_later(birth, years)
    return Age(years, days_between(reached, on))


def ages_on(birth: Day, on: Day) -> tuple[Age, Age]:
    """The least and the most that somebody can be whose birth may be known by month or year only; equal where it is
    known to the day. A rule holds for certain where it holds for both, and is broken for certain where for neither."""
    return age_on(latest_birth(birth, on), on), age_on(earliest_birth(birth), on)


def years_later(day: Day, years: int) -> Day:
    """The same day so many years later (earlier, where negative); 30 Esfand becomes 29 where the year has no 30th."""
    month, of_month = _known(day)
    year = day.year + years
    return Day(year, month, min(of_month, YearMonth(year, month).length))


def days_between(since: Day, until: Day) -> int:
    """From one day to another: 0 for the same. Raises ValueError where one is not known."""
    if since.gregorian is None or until.gregorian is None:
        raise ValueError("days are counted between days")
    return (until.gregorian - since.gregorian).days


def days_later(day: Day, days: int) -> Day:
    """Raises ValueError where the day is not known."""
    if day.gregorian is None:
        raise ValueError("days are counted from a day")
    return Day.from_gregorian(day.gregorian + datetime.timedelta(days=days))


def is_within_days(days: int, since: Day, on: Day) -> bool:
    """Whether `on` lies within a term of so many calendar days that `since` sets running.

    The day itself is not counted, the last one is in: a term of 30 days holds on day 30 and is over on day 31. Before
    `since` it has not begun.
    """
    return 0 <= days_between(since, on) <= days


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Days, both ends included."""

    since: Day
    until: Day

    def days_in(self, month: YearMonth) -> int:
        """How many days of that month lie in it."""
        first, last = month_of(self.since), month_of(self.until)
        if not first <= month <= last:
            return 0
        begin = _known(self.since)[1] if month == first else 1
        end = _known(self.until)[1] if month == last else month.length
        return max(0, end - begin + 1)


def years_ending_on(until: Day, years: int) -> Window:
    """The years whose last day is `until`: five years ending on 1404-05-10 begin on 1399-05-11."""
    before = years_later(until, -years)
    return Window(since=_next(before), until=until)


def month_of(day: Day) -> YearMonth:
    return YearMonth(day.year, _known(day)[0])


def months_before(month: YearMonth, count: int) -> tuple[YearMonth, YearMonth]:
    """The first and the last of so many whole months that end before `month` begins."""
    return YearMonth.from_ordinal(month.ordinal - count), YearMonth.from_ordinal(month.ordinal - 1)


def days_of_contribution(
    records: Iterable[ContributionRecord], window: Window, *, kinds: frozenset[InsuranceKind] | None = None
) -> int:
    """Days of premiums in a window, of these kinds or of all.

    Lists say how many days of a month were paid, never which. So a month counts at most as many days as it has in the
    window, however many workshops paid in it; that its edges are read for the insured is ours. What a list says twice
    counts once.
    """
    paid: defaultdict[YearMonth, int] = defaultdict(int)
    for record in _counted(records, kinds):
        paid[record.month] += record.days
    return sum(min(days, window.days_in(month)) for month, days in paid.items())


def wages_of_months(
    records: Iterable[ContributionRecord],
    first: YearMonth,
    last: YearMonth,
    *,
    kinds: frozenset[InsuranceKind] | None = None,
) -> Rial:
    """The insurable wages of these months, both included, in rial; of all workshops, each row once."""
    return rial(sum(record.wage for record in _counted(records, kinds) if first <= record.month <= last))


def _counted(
    records: Iterable[ContributionRecord], kinds: frozenset[InsuranceKind] | None
) -> Iterable[ContributionRecord]:
    return (
        record
        for record in records
        if record.standing is Standing.COUNTED and record.days > 0 and (kinds is None or record.kind in kinds)
    )


def _known(day: Day) -> tuple[int, int]:
    if day.month is None or day.day is None:
        raise ValueError("this needs a date that is known to the day")
    return day.month, day.day


def _next(day: Day) -> Day:
    month, of_month = _known(day)
    if of_month < YearMonth(day.year, month).length:
        return Day(day.year, month, of_month + 1)
    following = YearMonth.from_ordinal(YearMonth(day.year, month).ordinal + 1)
    return Day(following.year, following.month, 1)


def earliest_birth(birth: Day) -> Day:
    """The first day that a birth known by month or year only can be."""
    return Day(birth.year, birth.month or 1, birth.day or 1)


def latest_birth(birth: Day, on: Day) -> Day:
    """The last such day. Nobody is born after the day their age is asked for."""
    if birth.precision is Precision.DAY:
        return birth
    month = birth.month or 12
    latest = Day(birth.year, month, YearMonth(birth.year, month).length)
    return min(latest, on)
