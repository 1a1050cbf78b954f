"""Single columns: codes, numbers, amounts, dates. Errors never repeat a value: it may be personal.

Empty is NULL, '', '0', '00000000' and 'null', each padded with spaces (docs/systems/branch_databases.md).
"""

import functools
import re
from decimal import Decimal

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.identifiers import NationalId, WorkshopCode
from gateway.domain.money import SURE_DIGITS, Rial, rial
from gateway.domain.text import fold_digits

# Dates, months and codes of workshops are few and come again in every other row; what is wrong is not remembered.
# Typed, since 1, 1.0 and True are equal and not the same on a wire.
remembered = functools.lru_cache(maxsize=50_000, typed=True)
_NUMBER = re.compile(r"-?[0-9]+(?:\.0*)?")  # NUMERIC(12, 2) writes 30.00


def code(value: object) -> str | None:
    """A CHAR(n) without its padding; None where it is empty."""
    if value is None:
        return None
    text = (value if type(value) is str else _written(value)).strip()
    if not text.isascii():
        text = fold_digits(text)
    return None if text == "null" or not text.strip("0") else text


def _written(value: object) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else str(value)


def number(value: object) -> int:
    """A whole number in whatever type the driver has for NUMERIC, or as text. Empty is 0."""
    if type(value) is int:
        return value
    if type(value) is str and value.isdecimal() and value.isascii():
        return int(value)
    if isinstance(value, bytes | str) or value is None:
        text = code(value)
        if text is None:
            return 0
        if not _NUMBER.fullmatch(text):
            raise ValueError("a numeric column holds no number")
        return int(text.partition(".")[0])
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal | float) and value == value // 1:
        return int(value)
    raise ValueError("a numeric column holds no whole number")


def amount(value: object) -> Rial:
    """In rial. Raises ValueError from 10^15 on."""
    if type(value) is str and len(value) <= SURE_DIGITS and value.isdecimal() and value.isascii():
        return Rial(int(value))
    return rial(number(value))


@remembered
def days_of_month(value: object) -> int:
    days = number(value)
    if not 0 <= days <= 31:
        raise ValueError("a month has 0 to 31 paid days")
    return days


def national_id(value: object) -> NationalId:
    """Also where the leading zeros were lost."""
    text = code(value)
    if text is None:
        raise ValueError("a national code is missing")
    return NationalId.from_number(text)


def national_id_or_none(value: object) -> NationalId | None:
    return None if code(value) is None else national_id(value)


def full_year(two_digits: int, pivot: int) -> int:
    """99 → 1399 and 02 → 1402 under a pivot of 49."""
    if not 0 <= two_digits <= 99:
        raise ValueError("a two-digit year must be between 0 and 99")
    return two_digits + (1400 if two_digits <= pivot else 1300)


@remembered
def month(two_digit_year: object, month_number: object, pivot: int) -> YearMonth:
    return YearMonth(full_year(number(two_digit_year), pivot), number(month_number))


@remembered
def workshop_code(value: object) -> WorkshopCode | None:
    digits = code(value)
    return WorkshopCode(digits) if digits else None


@remembered
def year_month(value: object) -> YearMonth | None:
    """A Jalali yyyymm."""
    text = code(value)
    if text is None:
        return None
    if len(text) != 6 or not text.isdecimal():
        raise ValueError("a month is written yyyymm")
    return YearMonth(int(text[:4]), int(text[4:]))


@remembered
def day(value: object, pivot: int) -> Day | None:
    """A Jalali yyyymmdd, zeros for what is not known; some exporters write yymmdd (domain.md 2.2)."""
    text = code(value)
    if text is None:
        return None
    if not text.isdecimal() or len(text) not in (6, 8):
        raise ValueError("a date is written yyyymmdd")
    if len(text) == 6:
        text = f"{full_year(int(text[:2]), pivot)}{text[2:]}"
    return Day.from_yyyymmdd(int(text))


@remembered
def issue_day(value: object) -> Day | None:
    """A date by which its list is ordered: yyyymmdd and nothing shorter, or cursor and order would disagree."""
    text = code(value)
    if text is None:
        return None
    if not text.isdecimal() or len(text) != 8:
        raise ValueError("a date of issue is written yyyymmdd")
    return Day.from_yyyymmdd(int(text))
