"""The law of unemployment insurance at its boundaries (domain.md 2.7)."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.contribution import ContributionSummary, WageBase
from gateway.domain.entitlement import EntitlementRules, entitlement
from gateway.domain.identifiers import NationalId
from gateway.domain.money import rial
from gateway.domain.unemployment import Approval, CaseStage, Entitlement, UnemploymentCase

MINIMUM = rial(1_000_000)
RULES = EntitlementRules(minimum_daily_wage={1405: MINIMUM})


def granted(
    *,
    months: int = 60,
    married: bool = False,
    dependants: int = 0,
    drawn: int = 0,
    daily_wage: int = 3_000_000,
    paid_days: int = 90,
    year: int | None = 1405,
    rules: EntitlementRules = RULES,
) -> Entitlement:
    case = UnemploymentCase(
        national_id=NationalId("0013542419"),
        tracking_code="UB-1",
        stage=CaseStage.REFERRED_TO_SSO,
        approval=Approval.GRANTED,
        lost_job_on=Day(year, 6, 12) if year else None,
        married=married,
        dependants=dependants,
        drawn_months=drawn,
    )
    base = WageBase(days=paid_days, wage=rial(daily_wage * paid_days)) if paid_days else None
    return entitlement(case, ContributionSummary(days=months * 30, months=months, last_ninety_days=base), rules)


@pytest.mark.parametrize(
    ("months", "single", "family"),
    [
        (0, 0, 0),
        (5, 0, 0),
        (6, 6, 12),
        (24, 6, 12),
        (25, 12, 18),
        (120, 12, 18),
        (121, 18, 26),
        (180, 18, 26),
        (181, 26, 36),
        (240, 26, 36),
        (241, 36, 50),
        (500, 36, 50),
    ],
)
def test_months_of_benefit_grow_by_steps_of_contribution(months: int, single: int, family: int) -> None:
    assert granted(months=months).months_entitled == single
    assert granted(months=months, married=True).months_entitled == family
    assert granted(months=months, dependants=1).months_entitled == family


@pytest.mark.parametrize(("drawn", "left"), [(0, 12), (11, 1), (12, 0), (13, 0)])
def test_what_was_drawn_is_taken_off_and_never_leaves_less_than_nothing(drawn: int, left: int) -> None:
    assert granted(drawn=drawn).months_left == left
    assert granted(drawn=drawn).months_drawn == drawn


@pytest.mark.parametrize(
    ("dependants", "benefit"), [(0, 1_650_000), (1, 1_750_000), (4, 2_050_000), (5, 2_050_000), (9, 2_050_000)]
)
def test_the_fifth_dependant_adds_nothing(dependants: int, benefit: int) -> None:
    assert granted(dependants=dependants).daily_benefit == benefit


def test_the_benefit_never_passes_four_fifths_of_the_wage() -> None:
    assert granted(daily_wage=1_500_000, dependants=4).daily_benefit == 1_200_000


def test_the_minimum_wage_wins_over_the_cap_unless_it_is_set_otherwise() -> None:
    assert granted(daily_wage=1_100_000).daily_benefit == MINIMUM
    literal = EntitlementRules(minimum_daily_wage={1405: MINIMUM}, floor_wins_over_cap=False)
    assert granted(daily_wage=1_100_000, rules=literal).daily_benefit == 880_000


def test_an_amount_below_one_rial_is_dropped() -> None:
    assert granted(daily_wage=3_000_001).daily_benefit == 1_650_000


def test_without_the_years_minimum_wage_the_benefit_is_unknown_and_the_months_are_not() -> None:
    for said in (granted(rules=EntitlementRules()), granted(year=1404), granted(year=None)):
        assert said.daily_benefit is None
        assert said.average_daily_wage == 3_000_000
        assert said.months_entitled == 12


def test_without_a_paid_day_there_is_no_average_and_no_benefit() -> None:
    assert granted(paid_days=0).average_daily_wage is None
    assert granted(paid_days=0).daily_benefit is None


def test_with_fewer_than_six_months_nothing_is_granted() -> None:
    assert granted(months=5).daily_benefit == 0


def test_the_average_is_by_the_days_that_were_paid() -> None:
    assert granted(paid_days=30).average_daily_wage == 3_000_000


def test_a_person_without_contributions_is_granted_nothing() -> None:
    case = UnemploymentCase(
        national_id=NationalId("0013542419"),
        tracking_code="UB-1",
        stage=CaseStage.REGISTERED,
        approval=Approval.PENDING,
        married=True,
        dependants=1,
        drawn_months=0,
    )
    assert entitlement(case, None, RULES) == Entitlement(
        contribution_months=0, months_entitled=0, months_drawn=0, months_left=0, daily_benefit=rial(0)
    )
