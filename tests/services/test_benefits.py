"""Sickness and unemployment benefit: who works, who was referred, and for how many months."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.contribution import ContributionSummary, WageBase
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.identifiers import InsuranceNumber, WorkshopCode
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.money import rial
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase
from gateway.requests.services import sickness_benefit, unemployment_benefit
from gateway.requests.services.sickness_benefit import SicknessFacts
from gateway.requests.services.unemployment_benefit import UnemploymentFacts
from tests.resolvers.conftest import BRANCH, SARA
from tests.services.broken import rules_of

TODAY = Day.parse("1405-05-10")
AT_WORK = "sickness.works-in-a-covered-workshop"


def insured(
    kind: InsuranceKind = InsuranceKind.COMPULSORY,
    status: InsuranceStatus = InsuranceStatus.ACTIVE,
    workshop: str | None = "0070012345",
) -> Insurance:
    link = InsuranceLink(
        insurance_number=InsuranceNumber("12345678"),
        branch=BRANCH,
        kind=kind,
        status=status,
        workshop=WorkshopCode(workshop) if workshop else None,
    )
    return Insurance(status=status, current=link, links=(link,))


@pytest.mark.parametrize("kind", InsuranceKind)
@pytest.mark.parametrize("status", [InsuranceStatus.ACTIVE, InsuranceStatus.INACTIVE, InsuranceStatus.PENSIONER])
def test_sickness_is_paid_to_those_who_work(kind: InsuranceKind, status: InsuranceStatus) -> None:
    works = (kind, status) == (InsuranceKind.COMPULSORY, InsuranceStatus.ACTIVE)
    said = SicknessFacts(today=TODAY, insurance=insured(kind, status))
    assert rules_of(sickness_benefit.reasons(said)) == ([] if works else [AT_WORK])


def test_sickness_needs_a_workshop_and_a_link() -> None:
    without = SicknessFacts(today=TODAY, insurance=insured(workshop=None))
    assert rules_of(sickness_benefit.reasons(without)) == [AT_WORK]
    no_link = SicknessFacts(today=TODAY, insurance=Insurance(status=InsuranceStatus.NO_LINK))
    assert rules_of(sickness_benefit.reasons(no_link)) == [AT_WORK]
    assert rules_of(sickness_benefit.reasons(SicknessFacts(today=TODAY))) == []


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [("1405-05-10", "1405-05-10", "1"), ("1405-05-01", "1405-05-10", "10"), ("1405-05-02", "1405-05-01", None)],
)
def test_the_days_of_illness_are_counted_with_both_ends(since: str, until: str, days: str | None) -> None:
    said = SicknessFacts(today=TODAY, since=Day.parse(since), until=Day.parse(until), insurance=insured())
    assert [one.value for one in sickness_benefit.figures(said)] == ([days] if days else [])
    assert rules_of(sickness_benefit.reasons(said)) == ([] if days else ["sickness.illness-is-over"])


def test_an_illness_is_not_in_the_future() -> None:
    said = SicknessFacts(today=TODAY, since=TODAY, until=Day.parse("1405-05-11"), insurance=insured())
    assert rules_of(sickness_benefit.reasons(said)) == ["sickness.illness-is-over"]


def case(
    stage: CaseStage = CaseStage.REFERRED_TO_SSO, approval: Approval = Approval.GRANTED, **more: object
) -> UnemploymentCase:
    usual = {"married": False, "dependants": 0, "drawn_months": 0, "lost_job_on": Day.parse("1404-06-12")}
    return UnemploymentCase(national_id=SARA, tracking_code="UB-1", stage=stage, approval=approval, **(usual | more))  # type: ignore[arg-type]


def unemployed(months: int, found: UnemploymentCase | None, wage: int = 5_000_000) -> UnemploymentFacts:
    base = WageBase(days=90, wage=rial(90 * wage))
    return UnemploymentFacts(
        case=found,
        contributions=ContributionSummary(days=months * 30, months=months, last_ninety_days=base),
        rules=EntitlementRules(minimum_daily_wage={1404: rial(3_000_000)}),
    )


@pytest.mark.parametrize("stage", CaseStage)
@pytest.mark.parametrize("approval", Approval)
def test_only_a_referral_that_stands_opens_the_benefit(stage: CaseStage, approval: Approval) -> None:
    stands = (stage, approval) == (CaseStage.REFERRED_TO_SSO, Approval.GRANTED)
    broken = rules_of(unemployment_benefit.reasons(unemployed(60, case(stage, approval))))
    assert broken == ([] if stands else ["unemployment.labour-office-has-referred"])


def test_without_a_case_there_is_no_referral() -> None:
    broken = rules_of(unemployment_benefit.reasons(unemployed(60, None)))
    assert broken == ["unemployment.labour-office-has-referred"]


@pytest.mark.parametrize(("months", "holds"), [(5, False), (6, True)])
def test_six_months_of_premiums_suffice_and_five_do_not(months: int, holds: bool) -> None:
    broken = rules_of(unemployment_benefit.reasons(unemployed(months, case())))
    assert broken == ([] if holds else ["unemployment.history"])


@pytest.mark.parametrize(
    ("months", "entitled"), [(24, "6"), (25, "12"), (120, "12"), (121, "18"), (180, "18"), (240, "26"), (241, "36")]
)
def test_the_months_of_a_single_person_go_by_the_months_of_premiums(months: int, entitled: str) -> None:
    told = {one.name: one.value for one in unemployment_benefit.figures(unemployed(months, case()))}
    assert (told["monthsEntitled"], told["monthsLeft"]) == (entitled, entitled)


@pytest.mark.parametrize(("drawn", "holds"), [(11, True), (12, False)])
def test_a_month_that_is_left_suffices(drawn: int, holds: bool) -> None:
    broken = rules_of(unemployment_benefit.reasons(unemployed(60, case(drawn_months=drawn))))
    assert broken == ([] if holds else ["unemployment.months-are-left"])


def test_the_fifth_dependant_adds_nothing() -> None:
    # High wages, so that neither cap nor floor hides the dependants
    def benefit(dependants: int) -> str:
        told = unemployment_benefit.figures(unemployed(60, case(dependants=dependants), wage=20_000_000))
        return {one.name: one.value for one in told}["dailyBenefit"]

    assert benefit(4) == str((20_000_000 * 55 + 3_000_000 * 10 * 4) // 100)
    assert benefit(5) == benefit(4) != benefit(3)


def test_a_month_is_thirty_days_and_an_unknown_wage_gives_no_amount() -> None:
    told = {one.name: one.value for one in unemployment_benefit.figures(unemployed(60, case()))}
    assert int(told["monthlyBenefit"]) == 30 * int(told["dailyBenefit"])
    found = unemployed(60, case())
    unset = UnemploymentFacts(case=found.case, contributions=found.contributions)
    assert "dailyBenefit" not in {one.name for one in unemployment_benefit.figures(unset)}


def test_what_was_not_read_breaks_no_rule() -> None:
    assert rules_of(unemployment_benefit.reasons(UnemploymentFacts())) == []
