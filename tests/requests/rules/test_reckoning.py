"""What services reckon alike, on both sides of each boundary."""

import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.identifiers import BranchCode, WorkshopCode
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial
from gateway.requests.rules.reckoning import (
    Age,
    Window,
    age_on,
    ages_on,
    days_between,
    days_of_contribution,
    is_within_days,
    month_of,
    months_before,
    wages_of_months,
    years_ending_on,
    years_later,
)

COMPULSORY, VOLUNTARY = InsuranceKind.COMPULSORY, InsuranceKind.VOLUNTARY


def day(text: str) -> Day:
    return Day.parse(text)


def record(
    month: str,
    days: int,
    wage: int = 0,
    *,
    kind: InsuranceKind = COMPULSORY,
    standing: Standing = Standing.COUNTED,
    at: str = "0070012345",
) -> ContributionRecord:
    return ContributionRecord(
        record_id=1,
        month=YearMonth.parse(month),
        workshop=WorkshopCode(at),
        branch=BranchCode("0070"),
        kind=kind,
        days=days,
        wage=rial(wage),
        premium=rial(0),
        standing=standing,
    )


def test_fifty_years_are_completed_on_the_birthday_and_exceeded_the_day_after() -> None:
    birth = day("1355-05-10")
    assert age_on(birth, day("1405-05-09")) == Age(49, 364)
    assert age_on(birth, day("1405-05-10")) == Age(50, 0)
    assert age_on(birth, day("1405-05-11")) == Age(50, 1)
    assert age_on(birth, day("1405-05-11")) > Age(50) >= age_on(birth, day("1405-05-10"))


def test_who_is_born_on_the_leap_day_completes_a_year_on_the_last_day_of_esfand() -> None:
    birth = day("1399-12-30")  # 1399 is a leap year, 1403 the next
    assert age_on(birth, day("1402-12-28")) == Age(2, 364)
    assert age_on(birth, day("1402-12-29")) == Age(3, 0)
    assert age_on(birth, day("1403-12-30")) == Age(4, 0)
    assert years_later(birth, 1) == day("1400-12-29")


def test_nobody_has_an_age_before_birth_or_without_a_day() -> None:
    with pytest.raises(ValueError, match="in their order"):
        age_on(day("1400-01-02"), day("1400-01-01"))
    with pytest.raises(ValueError, match="two days"):
        age_on(Day(1320), day("1400-01-01"))


def test_a_birth_known_by_year_gives_the_least_and_the_most_that_somebody_can_be() -> None:
    least, most = ages_on(Day(1345), day("1405-05-10"))
    assert (least.years, most.years) == (59, 60)
    assert ages_on(Day(1345, 5), day("1405-05-10"))[1] == Age(60, 9)
    assert ages_on(Day(1405), day("1405-05-10"))[0] == Age(0, 0)  # and not born in the future
    assert len(set(ages_on(day("1345-05-10"), day("1405-05-10")))) == 1


def test_a_term_of_thirty_days_holds_on_day_thirty_and_is_over_on_day_thirty_one() -> None:
    served = day("1405-01-31")
    assert days_between(served, day("1405-02-30")) == 30
    assert is_within_days(30, served, day("1405-02-30"))
    assert not is_within_days(30, served, day("1405-02-31"))
    assert is_within_days(30, served, served)
    assert not is_within_days(30, served, day("1405-01-30"))


def test_five_years_ending_on_a_day_begin_the_day_after_the_same_day_five_years_before() -> None:
    assert years_ending_on(day("1404-05-10"), 5) == Window(since=day("1399-05-11"), until=day("1404-05-10"))
    assert years_ending_on(day("1404-01-31"), 5).since == day("1399-02-01")
    assert years_ending_on(day("1404-12-29"), 1).since == day("1403-12-30")


def test_the_days_of_a_month_in_a_window_are_those_between_its_ends() -> None:
    window = Window(since=day("1399-05-11"), until=day("1404-05-10"))
    found = {month: window.days_in(YearMonth.parse(month)) for month in ("1399-04", "1399-05", "1399-06")}
    assert found == {"1399-04": 0, "1399-05": 21, "1399-06": 31}
    found = {month: window.days_in(YearMonth.parse(month)) for month in ("1404-04", "1404-05", "1404-06")}
    assert found == {"1404-04": 31, "1404-05": 10, "1404-06": 0}
    assert Window(since=day("1404-05-03"), until=day("1404-05-07")).days_in(YearMonth(1404, 5)) == 5


def test_a_month_counts_at_most_its_days_in_the_window_whoever_paid_them() -> None:
    window = Window(since=day("1399-05-11"), until=day("1404-05-10"))
    assert days_of_contribution([record("1404-05", 10)], window) == 10
    assert days_of_contribution([record("1404-05", 30)], window) == 10
    assert days_of_contribution([record("1404-05", 4)], window) == 4
    two = [record("1402-03", 20), record("1402-03", 20, at="0070012346")]
    assert days_of_contribution(two, window) == 31
    assert days_of_contribution([record("1404-06", 31), record("1399-04", 31)], window) == 0


def test_what_a_list_says_twice_counts_once_and_other_kinds_only_where_they_are_asked_for() -> None:
    window = Window(since=day("1399-05-11"), until=day("1404-05-10"))
    rows = [
        record("1402-03", 10, 500),
        record("1402-03", 10, 500, standing=Standing.DUPLICATE),
        record("1402-04", 7, 70, kind=VOLUNTARY),
    ]
    assert days_of_contribution(rows, window) == 17
    assert days_of_contribution(rows, window, kinds=frozenset({COMPULSORY})) == 10
    assert wages_of_months(rows, YearMonth(1402, 3), YearMonth(1402, 4)) == 570
    assert wages_of_months(rows, YearMonth(1402, 3), YearMonth(1402, 4), kinds=frozenset({COMPULSORY})) == 500


def test_twenty_four_months_before_a_month_end_with_the_one_before_it() -> None:
    first, last = months_before(month_of(day("1404-05-10")), 24)
    assert (str(first), str(last)) == ("1402-05", "1404-04")
    rows = [
        record("1402-04", 30, 1),
        record("1402-05", 31, 10),
        record("1404-04", 31, 100),
        record("1404-05", 31, 1000),
    ]
    assert wages_of_months(rows, first, last) == 110
