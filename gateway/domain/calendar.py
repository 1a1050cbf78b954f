"""Jalali dates as the registries know them: to the day, the month or only the year."""

import datetime
import enum
import functools
import re
from typing import Self

import jdatetime
import msgspec

from gateway.domain.text import fold_digits


class Precision(enum.Enum):
    """How much of a legacy date its system knows."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"


class YearMonth(msgspec.Struct, frozen=True, order=True):
    """A Jalali month, written 1399-09."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1200 <= self.year <= 1599 and 1 <= self.month <= 12):
            raise ValueError("a Jalali month must be between 1200-01 and 1599-12, such as 1399-09")

    @classmethod
    def parse(cls, text: str) -> Self:
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", fold_digits(text.strip()))
        if not found:
            raise ValueError("a Jalali month is written as 1399-09")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def ordinal(self) -> int:
        """Months since year 0, so that two months can be subtracted."""
        return self.year * 12 + self.month - 1

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Self:
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def length(self) -> int:
        """Days of the month: 31, 30, or 29 for Esfand outside leap years."""
        if self.month <= 6:
            return 31
        return 30 if self.month < 12 or jdatetime.date(self.year, 1, 1).isleap() else 29


class Day(msgspec.Struct, frozen=True, order=True):
    """A legacy date. Where only the year or month is known, `month` and `day` are None; nothing is invented."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a Jalali date with a day needs its month")
        if not _exists(self.year, self.month or 1, self.day or 1):
            raise ValueError("no such Jalali date")
        if not 1200 <= self.year <= 1599:
            raise ValueError("a Jalali year must be between 1200 and 1599")

    @property
    def precision(self) -> Precision:
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def jalali(self) -> str:
        """As precise as it is known: 1399-09-22, 1399-09 or 1399."""
        if self.month is None:
            return f"{self.year:04}"
        if self.day is None:
            return f"{self.year:04}-{self.month:02}"
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def gregorian(self) -> datetime.date | None:
        """The Gregorian day; None unless the day is known."""
        if self.month is None or self.day is None:
            return None
        return _gregorian(self.year, self.month, self.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A full Jalali date, 1399-09-22."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", fold_digits(text.strip()))
        if not found:
            raise ValueError("a Jalali date is written as 1399-09-22")
        return cls(*(int(part) for part in found.groups()))

    @classmethod
    def from_yyyymmdd(cls, number: int) -> Self:
        """13990922; zeros for what is not known (13990900, 13990000). Raises ValueError for month 13."""
        year, rest = divmod(number, 10_000)
        month, day = divmod(rest, 100)
        return cls(year, month or None, day or None)

    @classmethod
    def from_gregorian(cls, date: datetime.date) -> Self:
        jalali = jdatetime.date.fromgregorian(date=date)
        return cls(jalali.year, jalali.month, jalali.day)


@functools.lru_cache(maxsize=65_536)
def _exists(year: int, month: int, day: int) -> bool:
    """Remembered: making one of jdatetime's dates takes twenty microseconds."""
    try:
        jdatetime.date(year, month, day)
    except ValueError:
        return False
    return True


@functools.lru_cache(maxsize=65_536)
def _gregorian(year: int, month: int, day: int) -> datetime.date:
    gregorian: datetime.date = jdatetime.date(year, month, day).togregorian()
    return gregorian
