"""Sums over a person's premium months, all branches together, each month, workshop, kind, days and wage once."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.branch_databases.translate.fields import amount, code, days_of_month, month
from adapters.branch_databases.translate.kinds import insurance_kind
from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionGap, ContributionSummary, KindSum, WageBase
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial

_NINETY = 90

PaidMonth = tuple[YearMonth, str | None, InsuranceKind, int, int]


def paid_month_from(row: Any, pivot: int) -> PaidMonth:
    """(month, workshop, kind, days, wage): what makes two rows the same."""
    kind = insurance_kind(row.kind)
    days, wage = days_of_month(row.dsw_dd), amount(row.dsw_mash)
    return month(row.dsw_yy, row.dsw_mm, pivot), code(row.dsw_id), kind, days, wage


def summary_of(rows: Iterable[PaidMonth]) -> ContributionSummary | None:
    """None where there is no row at all."""
    days: defaultdict[YearMonth, int] = defaultdict(int)
    wages: defaultdict[YearMonth, int] = defaultdict(int)
    by_kind: defaultdict[InsuranceKind, defaultdict[YearMonth, int]] = defaultdict(lambda: defaultdict(int))
    for month_, _workshop, kind, days_, wage in set(rows):
        days[month_] += days_
        wages[month_] += wage
        by_kind[kind][month_] += days_
    if not days:
        return None
    months = sorted(days)
    capped = _capped(days)
    return ContributionSummary(
        days=sum(capped.values()),
        months=_paid(capped),
        by_kind=tuple(_kind_sum(kind, by_kind[kind]) for kind in InsuranceKind if kind in by_kind),
        first_month=months[0],
        last_month=months[-1],
        gaps=_gaps(months),
        last_ninety_days=_last_ninety_days(months, capped, wages),
    )


def _capped(days: Mapping[YearMonth, int]) -> dict[YearMonth, int]:
    return {month_: min(sum_, month_.length) for month_, sum_ in days.items()}


def _paid(days: Mapping[YearMonth, int]) -> int:
    return sum(1 for count in days.values() if count)


def _kind_sum(kind: InsuranceKind, days: Mapping[YearMonth, int]) -> KindSum:
    capped = _capped(days)
    return KindSum(kind=kind, days=sum(capped.values()), months=_paid(capped))


def _gaps(months: Sequence[YearMonth]) -> tuple[ContributionGap, ...]:
    gaps = []
    for earlier, later in itertools.pairwise(months):
        missing = later.ordinal - earlier.ordinal - 1
        if missing:
            since, until = YearMonth.from_ordinal(earlier.ordinal + 1), YearMonth.from_ordinal(later.ordinal - 1)
            gaps.append(ContributionGap(since=since, until=until, months=missing))
    return tuple(gaps)


def _last_ninety_days(
    months: Sequence[YearMonth], days: Mapping[YearMonth, int], wages: Mapping[YearMonth, int]
) -> WageBase | None:
    """From the newest month backwards until 90 paid days; of the oldest month taken, the wage of the days taken.

    A month's wage is that of all its workshops, although its days end at its length; parts of a rial are dropped.
    """
    taken = wage = 0
    for month_ in reversed(months):
        if not days[month_]:
            continue
        part = min(days[month_], _NINETY - taken)
        taken += part
        wage += wages[month_] * part // days[month_]
        if taken == _NINETY:
            break
    return WageBase(days=taken, wage=rial(wage)) if taken else None
