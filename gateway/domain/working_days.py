"""Working days by Iran's calendar: the weekly days off and the holidays that a settings file lists (Jalali)."""

import datetime
import tomllib
from collections.abc import Collection
from pathlib import Path

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class WorkingDays:
    """`weekly` are weekdays as `date.weekday()` counts them; `yearly` are (month, day) of every Jalali year; `single`
    are Gregorian days, such as those of the lunar calendar, that are announced year by year."""

    def __init__(
        self,
        weekly: Collection[int] = (4,),
        yearly: Collection[tuple[int, int]] = (),
        single: Collection[datetime.date] = (),
    ) -> None:
        self._weekly, self._yearly, self._single = frozenset(weekly), frozenset(yearly), frozenset(single)
        if len(self._weekly) >= len(WEEKDAYS):
            raise ValueError("a week without a working day")

    def is_working(self, day: datetime.date) -> bool:
        if day.weekday() in self._weekly or day in self._single:
            return False
        jalali = Day.from_gregorian(day)
        return (jalali.month, jalali.day) not in self._yearly

    def after(self, moment: datetime.datetime, days: int) -> datetime.datetime:
        """The end, in Tehran, of the so-manieth working day after the day of `moment`, which itself does not count."""
        day = moment.astimezone(TEHRAN).date()
        left = days
        while left > 0:
            day += datetime.timedelta(days=1)
            left -= self.is_working(day)
        midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), TEHRAN)
        return midnight.astimezone(datetime.UTC)


def working_days_of(file: Path | None) -> WorkingDays:
    """Without a file, only Fridays are off. Raises RuntimeError with a sentence that names the file."""
    if file is None:
        return WorkingDays()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        return WorkingDays(
            weekly=[WEEKDAYS.index(name) for name in said["weekly"]],
            yearly=[_month_and_day(text) for text in said.get("yearly", ())],
            single=[_gregorian(text) for text in said.get("single", ())],
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise RuntimeError(f"{file} is no calendar of working days: {type(problem).__name__}") from None


def _month_and_day(text: str) -> tuple[int, int]:
    day = Day.parse(f"1403-{text}")  # a leap year: 12-30 exists in it
    assert day.month  # noqa: S101 - it was parsed to the day
    assert day.day  # noqa: S101
    return day.month, day.day


def _gregorian(text: str) -> datetime.date:
    gregorian = Day.parse(text).gregorian
    assert gregorian  # noqa: S101 - it was parsed to the day
    return gregorian
