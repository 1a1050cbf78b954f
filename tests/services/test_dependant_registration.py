"""Who is registered as a dependant: the first degree, new, alive, and known to the registry."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.money import rial
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.requests.reading import UNREAD
from gateway.requests.rules.inquiry import GENDERS, agreed
from gateway.requests.services.dependant_registration import RegistrationFacts, reasons
from tests.resolvers.conftest import BRANCH, MINA, SARA
from tests.services.broken import rules_of

BIRTH = Day.parse("1390-02-03")


def citizen(gender: Gender = Gender.FEMALE, life: LifeStatus = LifeStatus.ALIVE, birth: Day | None = BIRTH) -> Citizen:
    return Citizen(national_id=MINA, first_name="مینا", last_name="الف", gender=gender, birth=birth, life_status=life)


def facts(**said: object) -> RegistrationFacts:
    usual = {
        "applicant": SARA,
        "dependant": MINA,
        "relation": Relation.DAUGHTER,
        "insurance": Insurance(status=InsuranceStatus.ACTIVE),
        "pension": None,
        "known": None,
        "candidate": citizen(),
    }
    return RegistrationFacts(**(usual | said))  # type: ignore[arg-type]


def pension(kind: PensionKind) -> Pension:
    return Pension(number="1", kind=kind, status=PensionStatus.ACTIVE, monthly_amount=rial(1), branch=BRANCH)


def covered(status: CoverageStatus) -> Dependent:
    return Dependent(national_id=MINA, relation=Relation.DAUGHTER, coverage=Coverage(status=status), branch=BRANCH)


@pytest.mark.parametrize("status", InsuranceStatus)
def test_the_insured_and_pensioners_register_dependants(status: InsuranceStatus) -> None:
    fits = status in (InsuranceStatus.ACTIVE, InsuranceStatus.PENSIONER)
    broken = rules_of(reasons(facts(insurance=Insurance(status=status))))
    assert broken == ([] if fits else ["dependant.applicant-is-linked"])


@pytest.mark.parametrize("kind", PensionKind)
def test_a_survivors_pension_is_not_their_own(kind: PensionKind) -> None:
    said = facts(insurance=Insurance(status=InsuranceStatus.PENSIONER), pension=pension(kind))
    assert rules_of(reasons(said)) == (["dependant.pension-is-own"] if kind is PensionKind.SURVIVOR else [])
    works = facts(pension=pension(kind))  # who is insured by work besides
    assert rules_of(reasons(works)) == []


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("gender", Gender)
def test_a_relation_fits_the_gender_and_an_unknown_one_fits_all(relation: Relation, gender: Gender) -> None:
    fits = gender in (GENDERS[relation], Gender.UNKNOWN)
    broken = rules_of(reasons(facts(relation=relation, candidate=citizen(gender))))
    assert broken == ([] if fits else ["dependant.relation-fits"])


def test_who_is_covered_is_not_registered_again_and_whose_cover_has_ended_is() -> None:
    assert rules_of(reasons(facts(known=covered(CoverageStatus.COVERED)))) == ["dependant.is-new"]
    assert rules_of(reasons(facts(known=covered(CoverageStatus.ENDED)))) == []


def test_of_another_kin_than_the_registry_has_nobody_is_registered() -> None:
    assert rules_of(reasons(facts(kin=False))) == ["dependant.is-kin"]
    assert rules_of(reasons(facts(kin=True))) == []
    assert rules_of(reasons(facts(kin=None))) == []


def test_the_dead_are_not_registered() -> None:
    assert rules_of(reasons(facts(candidate=citizen(life=LifeStatus.DECEASED)))) == ["dependant.is-alive"]


def test_nobody_is_their_own_dependant() -> None:
    assert rules_of(reasons(facts(dependant=SARA))) == ["dependant.is-another"]


def test_of_a_code_and_a_birth_that_do_not_belong_together_only_that_is_said() -> None:
    dead_and_a_man = citizen(Gender.MALE, LifeStatus.DECEASED)
    assert agreed(dead_and_a_man, Day.parse("1390-02-04")) is None
    assert rules_of(reasons(facts(candidate=None))) == ["dependant.registry-knows-them"]


def test_a_birth_agrees_as_far_as_the_registry_knows_it() -> None:
    for known in (BIRTH, Day(1390, 2), Day(1390)):
        assert agreed(citizen(birth=known), BIRTH) is not None
    for other in (Day(1390, 2, 4), Day(1390, 3), Day(1391)):
        assert agreed(citizen(birth=other), BIRTH) is None
    assert agreed(citizen(birth=None), BIRTH) is UNREAD
    assert agreed(None, BIRTH) is None
    assert agreed(UNREAD, BIRTH) is UNREAD


def test_what_was_not_read_or_said_breaks_no_rule() -> None:
    assert rules_of(reasons(RegistrationFacts(applicant=SARA))) == []
