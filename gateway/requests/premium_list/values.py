"""Single values of a record, by what their column means. What is wrong is said without repeating it.

Empty is "", "0", "00000000" and "null", padded with spaces or NULs on either side (domain.md 2.2). A number column
that a program made a text, or a code that it made a number and so robbed of its zeros, is read all the same.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import InsuranceNumber, NationalId, WorkshopCode
from gateway.domain.legacy_text import text_in
from gateway.requests.premium_list.columns import Meaning

Value = int | str | Day | NationalId | InsuranceNumber | WorkshopCode | None

MEN, WOMEN = "مرد", "زن"
PADDING = b" \0"
MOST_DIGITS = 12  # N12 is the widest amount; three digits beyond it an amount can only be an error
_NUMBER = re.compile(r"[0-9]+(?:\.0*)?")
_MARKS = b"\"'><&"
_BREAKS = b"\r\n"


class Wrong(Exception):
    """`rule` is the one that is broken. `found` says what kind of thing is there, never what."""

    def __init__(self, rule: str, found: str, needed: str) -> None:
        super().__init__(rule)
        self.rule, self.found, self.needed = rule, found, needed


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file is written: the page of its texts, which column is a number (N), and the pivot of two-digit years."""

    page: CodePage
    year_pivot: int


def value_of(raw: bytes, meaning: Meaning, kind: str, manner: Manner) -> Value:
    """Raises Wrong."""
    if meaning is Meaning.NUMBER:
        return number(raw, manner)
    return _READERS[meaning](raw, kind, manner)


def number(raw: bytes, manner: Manner) -> int:
    """A whole number of 0 or more; empty is 0."""
    said = _plain(raw, manner)
    if said is None:
        return 0
    if not _NUMBER.fullmatch(said) or len(whole := said.partition(".")[0].lstrip("0")) > MOST_DIGITS:
        raise Wrong("number.whole", "no whole number", f"a whole number of 0 or more, at most {MOST_DIGITS} digits")
    return int(whole or "0")


def full_year(two_digits: int, pivot: int) -> int | None:
    """99 is 1399 and 02 is 1402 under a pivot of 49; None for what has more digits."""
    if not 0 <= two_digits <= 99:
        return None
    return two_digits + (1400 if two_digits <= pivot else 1300)


def text(raw: bytes, _kind: str, manner: Manner) -> str | None:
    """No space before it, no line break, none of the five marks (domain.md 2.3). A space behind it cannot be told from
    the field's own padding."""
    piece = raw.strip(PADDING)
    if any(byte in piece for byte in _BREAKS):
        raise Wrong("text.one-line", "a line break", "one line")
    if any(byte in piece for byte in _MARKS):
        raise Wrong("text.without-marks", "one of the five marks", "none of \" ' > < &")
    if piece and raw.startswith(b" "):
        raise Wrong("text.begins-at-once", "a space before it", "no space before it")
    return _decoded(piece, manner)


def _code(raw: bytes, _kind: str, manner: Manner) -> str | None:
    return _plain(raw, manner)


def _workshop(raw: bytes, kind: str, manner: Manner) -> WorkshopCode:
    said = _plain(raw, manner) or ""
    try:
        return WorkshopCode(said.zfill(10) if kind == "N" else said)
    except ValueError:
        raise Wrong("workshop.ten-digits", "another form", "ten digits") from None


def _national_code(raw: bytes, _kind: str, manner: Manner) -> NationalId:
    said = _plain(raw, manner)
    if said is None:
        raise Wrong("worker.national-code", "nothing", "a national code")
    try:
        return NationalId.from_number(said)
    except ValueError:
        digits = said.isdecimal() and len(said) <= 10
        found = "a check digit that does not hold" if digits else "not ten digits"
        raise Wrong("worker.national-code", found, "ten digits with a valid check digit") from None


def _insurance_number(raw: bytes, kind: str, manner: Manner) -> InsuranceNumber:
    """8 digits in the official template, 10 in the written rule; a number column has lost its zeros."""
    said = _plain(raw, manner)
    if said is None:
        raise Wrong("worker.insurance-number", "nothing", "8 to 10 digits")
    try:
        return InsuranceNumber(said.zfill(8) if kind == "N" else said)
    except ValueError:
        found = f"{len(said)} digits" if said.isdecimal() else "not only digits"
        raise Wrong("worker.insurance-number", found, "8 to 10 digits") from None


def _date(raw: bytes, _kind: str, manner: Manner) -> Day | None:
    """A Jalali yyyymmdd, zeros for what is not known; some programs write yymmdd."""
    said = _plain(raw, manner)
    if said is None:
        return None
    try:
        if not said.isdecimal() or len(said) not in (6, 8):
            raise ValueError
        if len(said) == 6:
            said = f"{full_year(int(said[:2]), manner.year_pivot)}{said[2:]}"
        return Day.from_yyyymmdd(int(said))
    except ValueError:
        raise Wrong("date.in-the-calendar", "no such date", "a Jalali date, yyyymmdd") from None


def _sex(raw: bytes, kind: str, manner: Manner) -> str | None:
    said = text(raw, kind, manner)
    if said not in (None, MEN, WOMEN):
        raise Wrong("worker.sex-in-words", "another word", f"{MEN} or {WOMEN}")
    return said


def _plain(raw: bytes, manner: Manner) -> str | None:
    """A code or number without its padding, its digits as ASCII."""
    piece = raw.strip(PADDING)
    if not piece.isascii():
        said = _decoded(piece, manner)
        return said if said and said.strip("0") else None
    said = piece.decode("ascii")
    return None if said == "null" or not said.strip("0") else said


def _decoded(piece: bytes, manner: Manner) -> str | None:
    try:
        return text_in(piece, manner.page)
    except ValueError:
        raise Wrong("text.readable", "bytes of no code page", "text in CP1256 or Iran System") from None


_READERS: Mapping[Meaning, Callable[[bytes, str, Manner], Value]] = {
    Meaning.CODE: _code,
    Meaning.WORKSHOP: _workshop,
    Meaning.TEXT: text,
    Meaning.SEX: _sex,
    Meaning.DATE: _date,
    Meaning.NATIONAL_CODE: _national_code,
    Meaning.INSURANCE_NUMBER: _insurance_number,
}
