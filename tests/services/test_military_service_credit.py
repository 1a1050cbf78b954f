"""Whose military service is credited: two years, and two years less a day."""

from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.contribution import ContributionSummary
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.money import rial
from gateway.requests.services.military_service_credit import MilitaryFacts, figures, reasons
from tests.services.broken import rules_of

TODAY = Day.parse("1405-05-10")


def facts(days: int = 730, status: InsuranceStatus = InsuranceStatus.ACTIVE, **said: object) -> MilitaryFacts:
    contributions = ContributionSummary(days=days, months=days // 30)
    insurance = Insurance(status=status)
    return MilitaryFacts(today=TODAY, insurance=insurance, contributions=contributions, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "broken"), [(729, ["military.history"]), (730, [])])
def test_two_years_of_premiums_suffice_and_a_day_less_does_not(days: int, broken: list[str]) -> None:
    assert rules_of(reasons(facts(days))) == broken


@pytest.mark.parametrize("status", InsuranceStatus)
def test_premiums_are_being_paid_now(status: InsuranceStatus) -> None:
    expected = [] if status is InsuranceStatus.ACTIVE else ["military.is-insured-now"]
    assert rules_of(reasons(facts(status=status))) == expected


def test_service_has_an_order_and_is_over() -> None:
    over, not_over = Day.parse("1405-05-10"), Day.parse("1405-05-11")
    since = Day.parse("1403-05-10")
    assert rules_of(reasons(facts(since=since, until=over))) == []
    assert rules_of(reasons(facts(since=since, until=not_over))) == ["military.service-is-over"]
    assert rules_of(reasons(facts(since=over, until=since))) == ["military.service-is-over"]


def test_a_premium_is_quoted_only_where_a_days_price_is_set() -> None:
    said: dict[str, Any] = {"since": Day.parse("1400-01-01"), "until": Day.parse("1401-12-29")}
    assert [(one.name, one.value) for one in figures(facts(**said))] == [
        ("historyDays", "730"),
        ("historyDaysNeeded", "730"),
        ("creditedDays", "730"),
    ]
    priced = {one.name: one.value for one in figures(facts(**said, day_price=rial(1_000_000)))}
    assert priced["premium"] == "730000000"


def test_what_was_not_read_or_said_breaks_no_rule() -> None:
    assert rules_of(reasons(MilitaryFacts(today=TODAY))) == []
