"""Survivors, daughters and photos: what kin may ask for."""

import pytest

from gateway.domain.citizen import Gender, LifeStatus
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.money import rial
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.requests.rules.deceased import Deceased
from gateway.requests.rules.inquiry import GENDERS
from gateway.requests.services import daughter_undertaking, registry_photo, survivor_pension
from gateway.requests.services.daughter_undertaking import UndertakingFacts
from gateway.requests.services.registry_photo import PhotoFacts
from gateway.requests.services.survivor_pension import SurvivorFacts
from tests.resolvers.conftest import BRANCH, MINA, REZA, SARA
from tests.services.broken import rules_of
from tests.services.test_funeral_grant import record


def entry(relation: Relation, status: CoverageStatus = CoverageStatus.COVERED) -> Dependent:
    return Dependent(national_id=MINA, relation=relation, coverage=Coverage(status=status), branch=BRANCH)


def survivor(relation: Relation | None, listed: Relation | None, **said: object) -> SurvivorFacts:
    deceased = Deceased(survivor=entry(listed) if listed else None, spouse=None, record=record())
    return SurvivorFacts(**({"applicant": SARA, "person": REZA, "relation": relation, "deceased": deceased} | said))  # type: ignore[arg-type]


@pytest.mark.parametrize("said", Relation)
@pytest.mark.parametrize("listed", [*Relation, None])
def test_a_survivor_says_the_relation_that_the_branches_have_if_they_have_one(
    said: Relation, listed: Relation | None
) -> None:
    expected = [] if listed in (said, None) else ["survivor.relation-fits"]
    assert rules_of(survivor_pension.reasons(survivor(said, listed))) == expected


@pytest.mark.parametrize(
    ("kin", "said", "fits"),
    [
        (Relation.FATHER, Relation.DAUGHTER, True),
        (Relation.MOTHER, Relation.SON, True),
        (Relation.FATHER, Relation.WIFE, False),
        (Relation.HUSBAND, Relation.WIFE, True),
        (Relation.WIFE, Relation.WIFE, False),
        (None, Relation.WIFE, True),
    ],
)
def test_a_survivor_says_what_the_registry_says_where_the_branches_say_nothing(
    kin: Relation | None, said: Relation, fits: bool
) -> None:
    deceased = Deceased(survivor=None, spouse=None, kin=kin, record=record())
    broken = rules_of(survivor_pension.reasons(survivor(said, None, deceased=deceased)))
    assert broken == ([] if fits else ["survivor.relation-fits"])


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("gender", Gender)
def test_a_survivors_relation_fits_their_gender(relation: Relation, gender: Gender) -> None:
    fits = gender in (GENDERS[relation], Gender.UNKNOWN)
    broken = rules_of(survivor_pension.reasons(survivor(relation, None, gender=gender)))
    assert broken == ([] if fits else ["survivor.relation-is-possible"])


def test_nobody_survives_the_living_or_themselves() -> None:
    alive = Deceased(survivor=entry(Relation.WIFE), record=record(LifeStatus.ALIVE))
    assert rules_of(survivor_pension.reasons(survivor(Relation.WIFE, None, deceased=alive))) == ["survivor.has-died"]
    assert rules_of(survivor_pension.reasons(survivor(None, None, person=SARA))) == ["survivor.is-another"]
    assert rules_of(survivor_pension.reasons(SurvivorFacts(applicant=SARA))) == []


def pension(kind: PensionKind, status: PensionStatus) -> Pension:
    return Pension(number="1", kind=kind, status=status, monthly_amount=rial(1), branch=BRANCH)


@pytest.mark.parametrize("kind", PensionKind)
@pytest.mark.parametrize("status", PensionStatus)
def test_a_daughter_draws_a_survivors_pension(kind: PensionKind, status: PensionStatus) -> None:
    draws = (kind, status) == (PensionKind.SURVIVOR, PensionStatus.ACTIVE)
    broken = rules_of(daughter_undertaking.reasons(UndertakingFacts(pension=pension(kind, status))))
    assert broken == ([] if draws else ["daughter.draws-a-pension"])
    assert rules_of(daughter_undertaking.reasons(UndertakingFacts(pension=None))) == ["daughter.draws-a-pension"]


@pytest.mark.parametrize(
    ("address", "holds"), [("", False), (" ", False), ("ن", True), ("ن" * 300, True), ("ن" * 301, False)]
)
def test_an_undertaking_has_an_address(address: str, holds: bool) -> None:
    broken = rules_of(daughter_undertaking.reasons(UndertakingFacts(address=address)))
    assert broken == ([] if holds else ["daughter.address-is-said"])


def test_an_undertaking_is_a_daughters_and_is_given() -> None:
    assert rules_of(daughter_undertaking.reasons(UndertakingFacts(gender=Gender.MALE))) == ["daughter.is-a-daughter"]
    assert rules_of(daughter_undertaking.reasons(UndertakingFacts(gender=Gender.FEMALE, undertakes=True))) == []
    refused = UndertakingFacts(gender=Gender.UNKNOWN, undertakes=False)
    assert rules_of(daughter_undertaking.reasons(refused)) == ["daughter.undertaking-is-given"]


def photo(**said: object) -> PhotoFacts:
    usual = {"insurance": Insurance(status=InsuranceStatus.ACTIVE), "has_photo": True}
    return PhotoFacts(**(usual | said))  # type: ignore[arg-type]


def test_a_photo_is_of_oneself_or_of_who_is_covered() -> None:
    assert rules_of(registry_photo.reasons(photo())) == []
    assert rules_of(registry_photo.reasons(photo(entry=entry(Relation.SON)))) == []
    ended = entry(Relation.SON, CoverageStatus.ENDED)
    assert rules_of(registry_photo.reasons(photo(entry=ended))) == ["photo.subject-is-covered"]
    assert rules_of(registry_photo.reasons(photo(entry=None))) == ["photo.subject-is-covered"]


@pytest.mark.parametrize("status", InsuranceStatus)
def test_a_photo_is_for_the_insured_and_pensioners(status: InsuranceStatus) -> None:
    fits = status in (InsuranceStatus.ACTIVE, InsuranceStatus.PENSIONER)
    broken = rules_of(registry_photo.reasons(photo(insurance=Insurance(status=status))))
    assert broken == ([] if fits else ["photo.applicant-is-linked"])


def test_a_photo_has_to_be_there() -> None:
    assert rules_of(registry_photo.reasons(photo(has_photo=False))) == ["photo.registry-has-one"]
    assert rules_of(registry_photo.reasons(PhotoFacts())) == []
