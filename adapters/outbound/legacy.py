"""Values as legacy systems write them, made plain (domain.md 2.2): empty markers, packed dates, epoch milliseconds."""

import datetime
import functools
import re

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN
from gateway.domain.text import fold_digits

EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)
_DIGITS = 18
_WIDEST = 10**_DIGITS


def filled(value: str | int | None) -> str | None:
    """The text without its padding; None for None, "", "0", "00000000" and the word null."""
    text = "" if value is None else str(value).strip()
    if not text.isascii():
        text = fold_digits(text).strip()
    return None if not text.strip("0") or text.lower() == "null" else text


def number(value: str | int | None) -> int | None:
    """A whole number, or None for an empty marker. Raises ValueError for anything else."""
    if type(value) is int and -_WIDEST < value < _WIDEST:
        return value or None
    if type(value) is str and len(value) <= _DIGITS and value.isdecimal() and value.isascii():
        return int(value) or None
    text = filled(value)
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("not a whole number")
    return int(text)


# Dates are few and come again in every other row; what is wrong is not remembered. Typed, since True equals 1.
_remembered = functools.lru_cache(maxsize=50_000, typed=True)


@_remembered
def day(value: str | int | None) -> Day | None:
    """A packed Jalali date, zeros for what is not known: 13200000 is the year alone. ValueError for month 13."""
    text = filled(value)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{8}", text):
        raise ValueError("a packed date has eight digits")
    return Day.from_yyyymmdd(int(text))


def instant(milliseconds: str | int | None) -> datetime.datetime | None:
    """Epoch milliseconds as a moment in UTC. ValueError beyond what a calendar holds."""
    count = number(milliseconds)
    if count is None:
        return None
    try:
        return EPOCH + datetime.timedelta(milliseconds=count)
    except OverflowError:
        raise ValueError("a moment beyond the calendar") from None


@_remembered
def day_in_tehran(milliseconds: str | int | None) -> Day | None:
    """The Jalali day in Tehran of a moment in epoch milliseconds."""
    moment = instant(milliseconds)
    return None if moment is None else Day.from_gregorian(moment.astimezone(TEHRAN).date())
