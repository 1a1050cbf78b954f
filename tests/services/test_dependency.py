"""Whose dependency is found: 60 exactly, 55 exactly, over 60; and who has a cover of their own."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.other_fund import FundMembership, FundStanding
from gateway.domain.services.dependency import SupportedRelation
from gateway.requests.services.dependency import DependencyFacts, figures, reasons
from tests.resolvers.conftest import REZA, SARA
from tests.services.broken import rules_of

TODAY = Day.parse("1405-05-10")
FATHER, MOTHER, HUSBAND = SupportedRelation.FATHER, SupportedRelation.MOTHER, SupportedRelation.HUSBAND


def facts(relation: SupportedRelation, birth: str | Day = "1330-01-01", **said: object) -> DependencyFacts:
    candidate = Citizen(
        national_id=REZA,
        first_name="الف",
        last_name="ب",
        gender=Gender.FEMALE if relation is MOTHER else Gender.MALE,
        birth=Day.parse(birth) if isinstance(birth, str) else birth,
        life_status=LifeStatus.ALIVE,
    )
    usual = {
        "insurance": Insurance(status=InsuranceStatus.ACTIVE),
        "own": Insurance(status=InsuranceStatus.NO_LINK),
        "supports": True,
        "candidate": candidate,
    }
    return DependencyFacts(today=TODAY, applicant=SARA, person=REZA, relation=relation, **(usual | said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("relation", "birth", "holds"),
    [
        (FATHER, "1345-05-10", True),  # 60 exactly
        (FATHER, "1345-05-11", False),
        (MOTHER, "1350-05-10", True),  # 55 exactly
        (MOTHER, "1350-05-11", False),
        (HUSBAND, "1345-05-10", False),  # 60 exactly is not over 60
        (HUSBAND, "1345-05-09", True),
    ],
)
def test_parents_complete_their_age_and_a_husband_is_over_it(
    relation: SupportedRelation, birth: str, holds: bool
) -> None:
    assert rules_of(reasons(facts(relation, birth))) == ([] if holds else ["dependency.age"])


@pytest.mark.parametrize("relation", [FATHER, MOTHER])
def test_by_the_other_reading_parents_are_over_their_age_too(relation: SupportedRelation) -> None:
    exactly, a_day_more = ("1345-05-10", "1345-05-09") if relation is FATHER else ("1350-05-10", "1350-05-09")
    assert rules_of(reasons(facts(relation, exactly, over=True))) == ["dependency.age"]
    assert rules_of(reasons(facts(relation, a_day_more, over=True))) == []


@pytest.mark.parametrize("relation", SupportedRelation)
def test_whom_the_commission_found_totally_disabled_needs_no_age(relation: SupportedRelation) -> None:
    assert rules_of(reasons(facts(relation, "1380-01-01", commission_file="CM-1405-000001"))) == []
    assert rules_of(reasons(facts(relation, "1380-01-01", commission_file="  "))) == ["dependency.age"]


def test_a_year_of_birth_breaks_the_age_only_where_no_day_of_it_is_enough() -> None:
    assert rules_of(reasons(facts(FATHER, Day(1345)))) == []
    assert rules_of(reasons(facts(FATHER, Day(1346)))) == ["dependency.age"]


@pytest.mark.parametrize("status", InsuranceStatus)
def test_who_is_insured_or_draws_a_pension_is_nobodys_dependant(status: InsuranceStatus) -> None:
    own_cover = status in (InsuranceStatus.ACTIVE, InsuranceStatus.PENSIONER)
    broken = rules_of(reasons(facts(FATHER, own=Insurance(status=status))))
    assert broken == (["dependency.no-cover-of-their-own"] if own_cover else [])


@pytest.mark.parametrize("standing", FundStanding)
def test_nor_who_has_either_of_another_fund(standing: FundStanding) -> None:
    membership = FundMembership(fund="02", fund_name="صندوق", standing=standing)
    assert rules_of(reasons(facts(FATHER, elsewhere=(membership,)))) == ["dependency.no-cover-elsewhere"]
    assert rules_of(reasons(facts(FATHER, elsewhere=()))) == []


def test_the_applicant_bears_the_livelihood() -> None:
    assert rules_of(reasons(facts(FATHER, supports=False))) == ["dependency.livelihood-is-borne"]
    assert rules_of(reasons(facts(FATHER, supports=None))) == []


def test_the_applicant_is_insured_or_a_pensioner() -> None:
    no_link = Insurance(status=InsuranceStatus.NO_LINK)
    assert rules_of(reasons(facts(FATHER, insurance=no_link))) == ["dependency.applicant-is-linked"]


def test_of_another_kin_than_the_registry_has_none_is_found() -> None:
    assert rules_of(reasons(facts(FATHER, kin=False))) == ["dependency.is-kin"]
    assert rules_of(reasons(facts(FATHER, kin=True))) == []
    assert rules_of(reasons(facts(FATHER, kin=None))) == []


def test_a_mother_is_no_man() -> None:
    father_as_mother = facts(FATHER)
    said = DependencyFacts(
        today=TODAY, applicant=SARA, person=REZA, relation=MOTHER, candidate=father_as_mother.candidate
    )
    assert rules_of(reasons(said)) == ["dependency.relation-fits"]


def test_the_age_is_told_and_what_was_not_read_breaks_nothing() -> None:
    assert [one.value for one in figures(facts(FATHER, "1345-05-09"))] == ["60", "1"]
    assert rules_of(reasons(DependencyFacts(today=TODAY, applicant=SARA))) == []
