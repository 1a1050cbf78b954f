"""Expands a spell of the world into its premium months: the same figures wherever they are written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import jdatetime

from twin.world import Kind, Spell

YEARLY_RISE = 118  # per cent of the year before
PREMIUM_PER_MILLE = {  # the insured's share of the insurable wage (domain.md 2.8)
    Kind.COMPULSORY: 70,
    Kind.VOLUNTARY: 270,
    Kind.SELF_EMPLOYED: 180,
    Kind.STUDENT: 140,
    Kind.HOUSEWIFE: 140,
    Kind.UNEMPLOYED: 0,  # paid by the unemployment fund
}


class PremiumMonth(NamedTuple):
    """Amounts in rial. `insurable` = `base` + `benefits`; `month` is year * 12 + month - 1."""

    month: int
    days: int
    daily: int
    base: int
    benefits: int
    insurable: int
    gross: int
    premium: int


def premium_months(spell: Spell) -> Iterator[PremiumMonth]:
    """Every month of the spell, oldest first. Some months have fewer days than the calendar, none has more."""
    seed = zlib.crc32(f"{spell.person}{spell.workshop}{spell.since}{spell.kind:d}".encode())
    per_mille = PREMIUM_PER_MILLE[spell.kind]
    daily = spell.daily_wage
    for month in range(spell.since, spell.until + 1):
        if month % 12 == 0 and month > spell.since:  # wages rise with the new year
            daily = daily * YEARLY_RISE // 100
        draw = (seed ^ (month * 2_654_435_761)) % 4_294_967_291
        days = month_length(month)
        if draw % 16 == 0:  # joined late, left early, or was absent
            days = 1 + draw // 16 % days
        base = daily * days
        benefits = base * (draw % 11) // 100 if spell.kind is Kind.COMPULSORY else 0
        insurable = base + benefits
        gross = insurable + (insurable // 20 if draw % 3 == 0 else 0)
        premium = (insurable * per_mille + 500) // 1000
        yield PremiumMonth(month, days, daily, base, benefits, insurable, gross, premium)


@lru_cache(maxsize=4096)
def month_length(month: int) -> int:
    """Days of a Jalali month given as an ordinal."""
    year, index = divmod(month, 12)
    if index < 6:
        return 31
    return 30 if index < 11 or jdatetime.date(year, 1, 1).isleap() else 29
