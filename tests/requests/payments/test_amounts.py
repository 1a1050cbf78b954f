"""What is owed, to the rial."""

import pytest

from gateway.domain.calendar import YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.identifiers import BranchCode
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial
from gateway.requests.payments.amounts import chosen_wage, months_of_half, part_month_wage, share


def record(month: int, days: int, wage: int, standing: Standing = Standing.COUNTED) -> ContributionRecord:
    return ContributionRecord(
        record_id=month,
        month=YearMonth(1404, month),
        branch=BranchCode("0070"),
        kind=InsuranceKind.COMPULSORY,
        days=days,
        wage=rial(wage),
        premium=rial(0),
        standing=standing,
    )


@pytest.mark.parametrize(
    ("wage", "rate", "owed"),
    [(68_266_667, 2_700, 18_432_000), (100_000_000, 2_700, 27_000_000), (1, 5_000, 1), (1, 4_999, 0), (3, 1, 0)],
)
def test_a_share_is_rounded_to_the_nearest_rial(wage: int, rate: int, owed: int) -> None:
    assert share(wage, rate) == owed


def test_the_wage_is_that_of_the_newest_full_month() -> None:
    assert chosen_wage([record(7, 12, 5), record(6, 31, 90), record(5, 31, 80)]) == 90
    assert chosen_wage([record(12, 29, 70)]) == 70
    assert chosen_wage([record(7, 28, 5)]) is None
    assert chosen_wage([]) is None


def test_each_month_misses_its_own_days_at_its_own_daily_wage() -> None:
    assert part_month_wage([record(1, 21, 210), record(2, 31, 310)]) == (10, 100)
    # Two employers in a month add up; a row that says the same again does not.
    assert part_month_wage([record(1, 10, 100), record(1, 11, 110), record(1, 11, 110, Standing.DUPLICATE)]) == (
        10,
        100,
    )
    assert part_month_wage([record(1, 0, 0)]) == (0, 0)  # no days at all is no part-month
    assert part_month_wage([record(12, 28, 28)]) == (1, 1)  # 1404 is no leap year: Esfand has 29 days


def test_the_halves_of_a_year_meet() -> None:
    assert [str(month) for month in months_of_half(1404, 1)] == [f"1404-0{n}" for n in range(1, 7)]
    assert [str(month) for month in months_of_half(1404, 2)][::5] == ["1404-07", "1404-12"]
