"""Numbers, codes and dates, with every trap of domain.md 2.2 and 2.3."""

from decimal import Decimal

import pytest

from adapters.branch_databases.translate.fields import (
    amount,
    code,
    day,
    issue_day,
    month,
    national_id,
    number,
    year_month,
)
from adapters.branch_databases.translate.summary import PaidMonth, summary_of
from gateway.domain.calendar import Day, YearMonth
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind


@pytest.mark.parametrize("empty", [None, "", "   ", "0       ", "00000000", "null  ", b"0  "])
def test_empty_markers_are_nothing(empty: object) -> None:
    assert (code(empty), day(empty, 49), year_month(empty), number(empty)) == (None, None, None, 0)


@pytest.mark.parametrize(("written", "meant"), [(7, 7), (Decimal("7"), 7), ("7  ", 7), (b" 7", 7), (7.0, 7), ("۷", 7)])
def test_a_number_is_taken_in_any_type(written: object, meant: int) -> None:
    assert number(written) == meant


@pytest.mark.parametrize("written", ["7x", b"\xc7\xe1", 7.5, Decimal("7.5"), [7]])
def test_what_is_no_number_is_refused_without_repeating_it(written: object) -> None:
    with pytest.raises(ValueError, match=r"numeric|ascii"):
        number(written)


@pytest.mark.parametrize("written", [10**15, Decimal(10**15), "1000000000000000", -(10**15)])
def test_an_amount_of_ten_to_the_fifteen_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="below 10"):
        amount(written)


def test_amounts_may_be_negative() -> None:
    assert (amount("-5"), amount(-5), amount(Decimal(-5)), amount(None)) == (-5, -5, -5, 0)


@pytest.mark.parametrize(("year", "full"), [(0, 1400), (2, 1402), (49, 1449), (50, 1350), (99, 1399)])
def test_two_digit_years_are_expanded_by_the_pivot(year: int, full: int) -> None:
    assert month(year, 1, 49) == YearMonth(full, 1)


def test_month_thirteen_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        month(99, 13, 49)
    with pytest.raises(ValueError, match="no such"):
        day("13991301", 49)
    with pytest.raises(ValueError, match="month"):
        year_month("139913")


def test_dates_keep_the_precision_they_have() -> None:
    assert (day("13990922", 49), day("13990900", 49), day("13990000", 49)) == (
        Day(1399, 9, 22),
        Day(1399, 9),
        Day(1399),
    )
    assert day("990922  ", 49) == Day(1399, 9, 22)


def test_a_date_that_orders_a_list_has_eight_digits() -> None:
    with pytest.raises(ValueError, match="yyyymmdd"):
        issue_day("990922")


def test_a_national_code_gets_its_zeros_back() -> None:
    assert national_id("13542419  ") == NationalId("0013542419")


def paid(year: int, month_: int, days: int, wage: int, workshop: str = "1", kind: str = "COMPULSORY") -> PaidMonth:
    return YearMonth(year, month_), workshop, InsuranceKind(kind), days, wage


def test_a_month_counts_at_most_its_own_days() -> None:
    summary = summary_of(
        [paid(1399, 1, 31, 10), paid(1399, 1, 31, 10, "2"), paid(1400, 12, 30, 10), paid(1400, 12, 0, 1)]
    )
    assert summary is not None
    assert (summary.days, summary.months) == (31 + 29, 2)


def test_a_row_said_twice_counts_once() -> None:
    summary = summary_of([paid(1399, 1, 10, 10), paid(1399, 1, 10, 10), paid(1399, 1, 10, 11)])
    assert summary is not None
    assert summary.days == 20


def test_gaps_lie_between_months_that_have_records() -> None:
    summary = summary_of([paid(1399, 11, 30, 1), paid(1400, 2, 31, 1)])
    assert summary is not None
    (gap,) = summary.gaps
    assert (gap.since, gap.until, gap.months) == (YearMonth(1399, 12), YearMonth(1400, 1), 2)
    assert (summary.first_month, summary.last_month) == (YearMonth(1399, 11), YearMonth(1400, 2))


def test_kinds_are_summed_by_themselves() -> None:
    summary = summary_of([paid(1399, 1, 31, 1), paid(1399, 1, 31, 1, kind="VOLUNTARY")])
    assert summary is not None
    assert summary.days == 31
    assert [(each.kind.value, each.days, each.months) for each in summary.by_kind] == [
        ("COMPULSORY", 31, 1),
        ("VOLUNTARY", 31, 1),
    ]


def test_the_last_ninety_days_take_a_part_of_the_oldest_month() -> None:
    rows = [paid(1400, 4, 31, 310), paid(1400, 3, 31, 620), paid(1400, 2, 0, 99), paid(1400, 1, 31, 3100)]
    summary = summary_of(rows)
    assert summary is not None
    assert summary.last_ninety_days is not None
    assert (summary.last_ninety_days.days, summary.last_ninety_days.wage) == (90, 310 + 620 + 3100 * 28 // 31)


def test_fewer_than_ninety_days_are_all_taken() -> None:
    summary = summary_of([paid(1400, 4, 10, 310)])
    assert summary is not None
    assert summary.last_ninety_days is not None
    assert (summary.last_ninety_days.days, summary.last_ninety_days.wage) == (10, 310)


def test_no_record_has_no_sum() -> None:
    assert summary_of([]) is None
