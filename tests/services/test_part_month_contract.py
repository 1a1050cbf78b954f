"""Who may complete part-months, of which half-year, for how much."""

import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.insurance import InsuranceKind
from gateway.domain.money import rial
from gateway.domain.services.part_month_contract import PartMonthContractRequest
from gateway.requests.payments.amounts import share
from gateway.requests.services.part_month_contract import PartMonthFacts, _first_month, figures, reasons
from tests.resolvers.conftest import BRANCH, SARA
from tests.services.broken import rules_of

TODAY = Day.parse("1405-05-10")
FIRST = YearMonth(1404, 7)


def row(month: int, days: int, standing: Standing = Standing.COUNTED) -> ContributionRecord:
    return ContributionRecord(
        record_id=month,
        month=YearMonth(1404, month),
        branch=BRANCH,
        kind=InsuranceKind.COMPULSORY,
        days=days,
        wage=rial(days * 1_000_000),
        premium=rial(0),
        standing=standing,
    )


def facts(*records: ContributionRecord, first: YearMonth | None = FIRST, **said: object) -> PartMonthFacts:
    return PartMonthFacts(today=TODAY, first=first, records=records, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "broken"), [(0, True), (1, False), (29, False), (30, True)])
def test_a_month_with_some_days_that_lacks_others_can_be_completed(days: int, broken: bool) -> None:
    expected = ["part-month.days-are-missing"] if broken else []
    assert rules_of(reasons(facts(row(7, days)))) == expected


def test_what_a_list_says_twice_completes_no_month() -> None:
    twice = (row(7, 15), row(7, 15, Standing.DUPLICATE))
    assert {one.name: one.value for one in figures(facts(*twice))}["missingDays"] == "15"


def test_a_half_year_has_begun() -> None:
    assert rules_of(reasons(facts(row(7, 15), first=YearMonth(1405, 1)))) == []
    assert rules_of(reasons(facts(row(7, 15), first=YearMonth(1405, 7)))) == ["part-month.half-has-begun"]
    assert rules_of(reasons(facts(row(7, 15), first=None))) == ["part-month.half-has-begun"]


def test_the_terms_are_agreed_to_and_before_anything_is_said_they_are_not_refused() -> None:
    assert rules_of(reasons(facts(row(7, 15), agrees=False))) == ["part-month.terms-are-agreed"]
    assert rules_of(reasons(facts(row(7, 15), agrees=True))) == []
    assert rules_of(reasons(facts(row(7, 15), agrees=None))) == []


def test_the_sum_is_that_of_the_payment_and_without_a_rate_there_is_none() -> None:
    priced = {one.name: one.value for one in figures(facts(row(7, 10), row(8, 30), rate=3_000))}
    assert priced == {"since": "1404-07", "missingDays": "20", "premium": str(share(20_000_000, 3_000))}
    assert "premium" not in {one.name for one in figures(facts(row(7, 10)))}


@pytest.mark.parametrize(
    ("today", "year", "half", "first"),
    [
        ("1405-06-31", None, None, "1404-07"),  # the last half-year that is over
        ("1405-07-01", None, None, "1405-01"),
        ("1405-05-10", 1404, 1, "1404-01"),
        ("1405-05-10", 1404, 2, "1404-07"),
        ("1405-05-10", 1404, 3, None),
        ("1405-05-10", 99, 1, None),
    ],
)
def test_the_half_year_is_the_one_said_or_the_last_that_is_over(
    today: str, year: int | None, half: int | None, first: str | None
) -> None:
    said = PartMonthContractRequest(applicant=SARA, year=year, half=half)
    found = _first_month(said, Day.parse(today))
    assert (str(found) if found else None) == first
