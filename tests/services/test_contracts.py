"""Voluntary and self-employed contracts: the rule of age and history is theirs both, the rest is each one's own."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.citizen import Gender
from gateway.domain.money import rial
from gateway.domain.services.self_employed_contract import PremiumLevel, SelfEmployedGroup
from gateway.requests.rules.age_and_history import AgeAndHistory
from gateway.requests.services import self_employed_contract, voluntary_contract
from gateway.requests.services.self_employed_contract import SelfEmployedFacts
from gateway.requests.services.voluntary_contract import VoluntaryFacts
from tests.services.broken import rules_of

TODAY = Day.parse("1405-05-10")


def standing(birth: str, history: int, least_days: int) -> AgeAndHistory:
    return AgeAndHistory(birth=Day.parse(birth), today=TODAY, history=history, least_days=least_days)


def voluntary(birth: str, history: int, wage: int | None = None, rate: int | None = 2_700) -> VoluntaryFacts:
    chosen = None if wage is None else rial(wage)
    return VoluntaryFacts(
        standing=standing(birth, history, voluntary_contract.LEAST_DAYS), monthly_wage=chosen, rate=rate
    )


def self_employed(birth: str = "1370-01-01", history: int = 0, **said: object) -> SelfEmployedFacts:
    return SelfEmployedFacts(standing=standing(birth, history, 0), **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("birth", "history", "holds"),
    [
        ("1355-05-10", 29, False),  # 50 years completed
        ("1355-05-10", 30, True),
        ("1355-05-09", 1, True),  # 50 years and a day
        ("1355-05-09", 0, False),
        ("1345-05-10", 3652, False),  # 60 years: ten of them, to the day
        ("1345-05-10", 3653, True),
    ],
)
def test_the_voluntarily_insured_have_thirty_days_or_the_excess(birth: str, history: int, holds: bool) -> None:
    expected = [] if holds else ["voluntary.age-and-history"]
    assert rules_of(voluntary_contract.reasons(voluntary(birth, history))) == expected


@pytest.mark.parametrize(
    ("birth", "history", "holds"),
    [("1355-05-10", 0, True), ("1355-05-09", 0, False), ("1355-05-09", 1, True), ("1345-05-10", 3652, False)],
)
def test_the_self_employed_need_no_history_until_fifty_is_completed(birth: str, history: int, holds: bool) -> None:
    expected = [] if holds else ["self-employed.age-and-history"]
    assert rules_of(self_employed_contract.reasons(self_employed(birth, history))) == expected


@pytest.mark.parametrize(("birth", "holds"), [("1387-05-10", True), ("1387-05-11", False)])
def test_the_self_employed_have_completed_eighteen_years(birth: str, holds: bool) -> None:
    expected = [] if holds else ["self-employed.age-from"]
    assert rules_of(self_employed_contract.reasons(self_employed(birth))) == expected


@pytest.mark.parametrize("group", SelfEmployedGroup)
def test_a_man_is_no_housewife_and_no_unmarried_girl(group: SelfEmployedGroup) -> None:
    said = self_employed(group=group, occupation="نجار", gender=Gender.MALE)
    womens = group in (SelfEmployedGroup.HOUSEWIFE, SelfEmployedGroup.UNMARRIED_GIRL)
    assert rules_of(self_employed_contract.reasons(said)) == (["self-employed.group-fits"] if womens else [])
    unknown = self_employed(group=group, occupation="نجار", gender=Gender.UNKNOWN)
    assert rules_of(self_employed_contract.reasons(unknown)) == []


@pytest.mark.parametrize(
    ("occupation", "holds"), [(None, False), (" ", False), ("نجار", True), ("ن" * 100, True), ("ن" * 101, False)]
)
def test_who_is_insured_for_an_occupation_declares_it(occupation: str | None, holds: bool) -> None:
    said = self_employed(group=SelfEmployedGroup.OCCUPATION, occupation=occupation)
    expected = [] if holds else ["self-employed.occupation-is-declared"]
    assert rules_of(self_employed_contract.reasons(said)) == expected
    assert rules_of(self_employed_contract.reasons(self_employed(group=SelfEmployedGroup.STUDENT))) == []


@pytest.mark.parametrize(("wage", "holds"), [(0, False), (1, True)])
def test_a_wage_is_more_than_nothing(wage: int, holds: bool) -> None:
    assert rules_of(voluntary_contract.reasons(voluntary("1370-01-01", 30, wage))) == (
        [] if holds else ["voluntary.wage"]
    )
    said = self_employed(monthly_wage=rial(wage))
    assert rules_of(self_employed_contract.reasons(said)) == ([] if holds else ["self-employed.wage"])


def test_premiums_are_shares_of_the_chosen_wage_and_an_unknown_rate_gives_none() -> None:
    quoted = {one.name: one.value for one in voluntary_contract.figures(voluntary("1370-01-01", 30, 100_000_000))}
    assert quoted["monthlyPremium"] == "27000000"
    assert quoted["historyDaysNeeded"] == "30"
    unknown = [one.name for one in voluntary_contract.figures(voluntary("1370-01-01", 30, 100_000_000, None))]
    assert "monthlyPremium" not in unknown


@pytest.mark.parametrize(
    ("level", "premium"),
    [
        (PremiumLevel.RETIREMENT, "12000000"),
        (PremiumLevel.RETIREMENT_AND_DEATH, "14000000"),
        (PremiumLevel.RETIREMENT_DEATH_AND_DISABILITY, "18000000"),
    ],
)
def test_the_self_employed_pay_by_what_is_covered(level: PremiumLevel, premium: str) -> None:
    said = self_employed(level=level, monthly_wage=rial(100_000_000))
    assert {one.name: one.value for one in self_employed_contract.figures(said)}["monthlyPremium"] == premium
