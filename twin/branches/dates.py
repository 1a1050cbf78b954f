"""Writes the world's dates as the branches hold them: eight digits, months of six, years of two."""

from __future__ import annotations

from twin.branches.manners import empty
from twin.world import Date


def yyyymmdd(date: Date | None, row: int) -> str | None:
    """13990922, with zeros for what nobody knows; no date is one of the empty markers, by the row's turn."""
    if date is None or date == (0, 0, 0):
        return empty(8, row)
    year, month, day = date
    return f"{year:04}{month:02}{day:02}"


def yyyymm(month: int) -> str:
    """139909, from an ordinal."""
    return f"{month // 12:04}{month % 12 + 1:02}"


def yy_mm(month: int) -> tuple[int, int]:
    """(99, 9) for 1399-09 and (2, 9) for 1402-09, from an ordinal."""
    return month // 12 % 100, month % 12 + 1
