"""Age and history, on both sides of 50 years and of every number of days."""

import pytest

from gateway.domain.calendar import Day
from gateway.requests.reading import UNREAD, Unread
from gateway.requests.rules.age_and_history import AgeAndHistory, age_and_history, figures_of

TODAY = Day.parse("1405-05-10")


def fits(
    birth: Day | Unread | None, history: int | Unread, *, least_days: int = 30, below: bool = False, today: Day = TODAY
) -> bool:
    facts = AgeAndHistory(birth=birth, today=today, history=history, least_days=least_days, below=below)
    return age_and_history("voluntary.age-and-history", facts) is None


FIFTY = Day.parse("1355-05-10")  # years old to the day
FIFTY_AND_A_DAY = Day.parse("1355-05-09")
FIFTY_TWO = Day.parse("1353-05-10")


@pytest.mark.parametrize(("history", "expected"), [(29, False), (30, True)])
def test_at_fifty_completed_thirty_days_suffice_and_twenty_nine_do_not(history: int, expected: bool) -> None:
    assert fits(FIFTY, history) is expected
    assert fits(Day.parse("1380-01-01"), history) is expected


def test_a_day_over_fifty_needs_a_day_and_two_years_over_need_the_days_of_two_years() -> None:
    assert not fits(FIFTY_AND_A_DAY, 0)
    assert fits(FIFTY_AND_A_DAY, 1)
    assert not fits(FIFTY_TWO, 730)  # 1403 was a leap year
    assert fits(FIFTY_TWO, 731)


def test_without_days_for_the_young_fifty_still_needs_none_and_a_day_over_one() -> None:
    assert fits(FIFTY, 0, least_days=0)
    assert not fits(FIFTY_AND_A_DAY, 0, least_days=0)


def test_by_the_other_reading_fifty_is_too_old_and_its_eve_is_not() -> None:
    assert fits(Day.parse("1355-05-11"), 30, below=True)
    assert not fits(FIFTY, 0, below=True)
    assert fits(FIFTY, 1, below=True)


def test_a_year_of_birth_breaks_the_rule_only_where_every_day_of_it_would() -> None:
    assert fits(Day(1320), 15_000)
    assert not fits(Day(1320), 365 * 34)
    assert not fits(Day(1355), 0)  # over 50 or not, no day can be enough
    assert fits(Day(1355), 1)  # he may be a day over
    assert not fits(Day(1356), 29)
    assert fits(Day(1356), 30)


def test_what_was_not_read_breaks_nothing() -> None:
    assert fits(UNREAD, 0)
    assert fits(None, 0)
    assert fits(FIFTY, UNREAD)


def test_the_reason_and_the_figures_say_the_numbers() -> None:
    facts = AgeAndHistory(birth=FIFTY_TWO, today=TODAY, history=700, least_days=30)
    reason = age_and_history("voluntary.age-and-history", facts)
    assert reason
    assert (reason.found, reason.needed) == ("age 52 years 0 days, history 700 days", "731 days")
    assert [(f.name, f.value) for f in figures_of(facts)] == [
        ("ageYears", "52"),
        ("ageDays", "0"),
        ("historyDays", "700"),
        ("historyDaysNeeded", "731"),
    ]
    assert "۷۳۱" in reason.words.fa
    by_year = AgeAndHistory(birth=Day(1320), today=TODAY, history=1, least_days=30)
    assert [(f.name, f.value) for f in figures_of(by_year)][:2] == [("ageYearsLeast", "84"), ("ageYearsMost", "85")]
