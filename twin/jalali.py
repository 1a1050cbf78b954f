"""Jalali dates and month ordinals, as the builder of the world and the wires need them."""

import datetime
import functools
from random import Random

import jdatetime

from twin.clock import TEHRAN
from twin.world import Date


def ordinal(date: Date) -> int:
    """The month of a date, as months since year 0; an unknown month counts as the first."""
    return date[0] * 12 + max(date[1], 1) - 1


def first_of(month: int) -> Date:
    """The first day of a month ordinal."""
    return (month // 12, month % 12 + 1, 1)


def years_later(date: Date, years: int) -> Date:
    return (date[0] + years, date[1], date[2])


def age(birth: Date, on: Date) -> int:
    """Completed years."""
    return on[0] - birth[0] - (on[1:] < birth[1:])


def day_in(rng: Random, year: int) -> Date:
    """Any day of a year but the 30th and 31st, so that it stands in every year."""
    return (year, rng.randint(1, 12), rng.randint(1, 29))


def yyyymmdd(date: Date) -> int:
    return date[0] * 10_000 + date[1] * 100 + date[2]


@functools.lru_cache(maxsize=16_384)
def midnight_ms(date: Date) -> int:
    """Epoch milliseconds of its midnight in Tehran. The day must be known."""
    gregorian = jdatetime.date(*date).togregorian()
    return int(datetime.datetime(gregorian.year, gregorian.month, gregorian.day, tzinfo=TEHRAN).timestamp() * 1000)


def of_datetime(moment: datetime.datetime) -> Date:
    """The Jalali day of an aware moment, in Tehran."""
    jalali = jdatetime.date.fromgregorian(date=moment.astimezone(TEHRAN).date())
    return (jalali.year, jalali.month, jalali.day)


@functools.lru_cache(maxsize=4096)
def days_later(date: Date, days: int) -> Date:
    later = jdatetime.date(*date) + jdatetime.timedelta(days=days)
    return (later.year, later.month, later.day)
