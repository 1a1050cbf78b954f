"""Working days by Iran's calendar."""

import datetime
from pathlib import Path

import pytest

from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN
from gateway.domain.working_days import WorkingDays, working_days_of
from gateway.requests.settings import EXAMPLE_CALENDAR


def tehran(jalali: str, hour: int = 10) -> datetime.datetime:
    day = Day.parse(jalali).gregorian
    assert day
    return datetime.datetime.combine(day, datetime.time(hour), TEHRAN)


def end_of(jalali: str) -> datetime.datetime:
    return tehran(jalali, 0) + datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("accepted", "days", "last"),
    [
        ("1405-09-01", 1, "1405-09-02"),  # a Sunday
        ("1405-09-01", 3, "1405-09-04"),
        ("1405-09-01", 7, "1405-09-09"),  # over Friday the 6th
        ("1405-09-05", 1, "1405-09-07"),  # Thursday; Friday is off
        ("1405-12-26", 1, "1405-12-27"),
        ("1405-12-27", 1, "1406-01-05"),  # over Friday the 28th, the 29th, which is off, and Nowruz
        ("1405-12-28", 3, "1406-01-08"),  # 6 Farvardin 1406 is a Friday
        ("1405-09-01", 0, "1405-09-01"),
    ],
)
def test_the_day_itself_does_not_count_and_days_off_do_not(accepted: str, days: int, last: str) -> None:
    calendar = working_days_of(EXAMPLE_CALENDAR)
    assert calendar.after(tehran(accepted), days) == end_of(last)


def test_the_day_is_that_of_tehran() -> None:
    late = datetime.datetime(2026, 11, 22, 21, 0, tzinfo=datetime.UTC)  # half past midnight on the 2nd of Azar
    assert WorkingDays().after(late, 1) == end_of("1405-09-03")


def test_single_days_and_weekly_ones_come_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('weekly = ["thursday", "friday"]\nyearly = ["09-02"]\nsingle = ["1405-09-03"]\n')
    assert working_days_of(file).after(tehran("1405-09-01"), 2) == end_of("1405-09-07")


@pytest.mark.parametrize(
    "text",
    [
        "",
        'weekly = ["fridays"]',
        'weekly = ["friday"]\nyearly = ["13-01"]',
        'weekly = ["friday"]\nsingle = ["2026-11-22-1"]',
        "weekly = [",
        'weekly = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]',
    ],
)
def test_a_file_that_is_no_calendar_stops_the_start_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text(text)
    with pytest.raises(RuntimeError, match=r"calendar\.toml is no calendar"):
        working_days_of(file)


def test_without_a_file_only_fridays_are_off() -> None:
    assert working_days_of(None).after(tehran("1405-12-28"), 1) == end_of("1405-12-29")
