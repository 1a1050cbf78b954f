"""What is owed, from the branches' facts: pure. Amounts in rial, rates in hundredths of a percent."""

from collections import defaultdict
from collections.abc import Iterable

from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.money import Rial, rial

WHOLE = 10_000  # hundredths of a percent
FULL_MONTH = 29  # days: Esfand's, the shortest month


def share(amount: int, rate: int) -> Rial:
    """A rate of an amount, to the nearest rial, a half up."""
    return rial((amount * rate * 2 + WHOLE) // (2 * WHOLE))


def chosen_wage(records: Iterable[ContributionRecord]) -> Rial | None:
    """The monthly wage that a special insurance goes by: that of the newest full month; None where there is none.
    `records` are newest first."""
    return next((r.wage for r in records if r.days >= FULL_MONTH and r.wage > 0), None)


def months_of_half(year: int, half: int) -> list[YearMonth]:
    """1: Farvardin to Shahrivar; 2: Mehr to Esfand."""
    first = 1 if half == 1 else 7
    return [YearMonth(year, month) for month in range(first, first + 6)]


def part_month_wage(records: Iterable[ContributionRecord]) -> tuple[int, int]:
    """Of the months that have some days and lack others: the days that are missing, and what would have been earned
    on them, each month at its own daily wage, rounded down. A month without any days is no part-month."""
    days: dict[YearMonth, int] = defaultdict(int)
    wages: dict[YearMonth, int] = defaultdict(int)
    for record in records:
        if record.standing is Standing.COUNTED:
            days[record.month] += record.days
            wages[record.month] += record.wage
    missing, lost = 0, 0
    for month, worked in days.items():
        if 0 < worked < month.length:
            missing += month.length - worked
            lost += wages[month] * (month.length - worked) // worked
    return missing, lost
