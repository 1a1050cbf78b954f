import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.outbound.legacy import day, day_in_tehran, filled, instant, number
from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN


@pytest.mark.parametrize("marker", [None, "", " ", "0", "00000000", "0       ", "null", "NULL", "null    ", 0, "۰"])
def test_every_empty_marker_is_empty_to_all(marker: str | int | None) -> None:
    assert (filled(marker), number(marker), day(marker), instant(marker)) == (None, None, None, None)


def test_dates_are_as_precise_as_they_are_known() -> None:
    assert day(13200000) == Day(1320)
    assert day("13200700") == Day(1320, 7)
    assert day(" 13990922 ") == Day(1399, 9, 22)
    assert day("۱۳۹۹۰۹۲۲") == Day(1399, 9, 22)


@pytest.mark.parametrize("nonsense", ["13991301", 13990932, "13990015", "139909", "1399-09-22", "twelve", "99999999"])
def test_a_date_that_no_calendar_has_is_refused(nonsense: str | int) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*[0-9]{6})"):
        day(nonsense)


def test_midnight_in_tehran_is_the_day_there_though_the_day_before_in_utc() -> None:
    midnight = datetime.datetime(2026, 3, 21, tzinfo=TEHRAN)
    assert day_in_tehran(int(midnight.timestamp() * 1000)) == Day(1405, 1, 1)


@pytest.mark.parametrize("nonsense", [10**18, -(10**17), "soon", "1.5"])
def test_a_moment_beyond_the_calendar_is_refused(nonsense: str | int) -> None:
    with pytest.raises(ValueError, match=r"calendar|whole number"):
        instant(nonsense)


@given(st.one_of(st.text(max_size=20), st.integers()))
@settings(max_examples=200)
def test_whatever_comes_it_is_a_value_or_a_value_error(value: str | int) -> None:
    for read in (number, day, instant, day_in_tehran):
        with contextlib.suppress(ValueError):
            read(value)
