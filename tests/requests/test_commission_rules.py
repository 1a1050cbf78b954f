"""Who may be referred, rule by rule: pure functions over facts."""

from typing import Any

import pytest

from gateway.domain.citizen import LifeStatus
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source
from gateway.domain.insurance import InsuranceStatus
from gateway.domain.request import Reason
from gateway.domain.services.medical_commission import CommissionGround
from gateway.requests.reading import UNREAD
from gateway.requests.services.medical_commission import RELATIONS, CommissionFacts, reasons
from tests.resolvers.conftest import BRANCH, MINA

FITTING = {
    CommissionGround.CHILD_UNABLE_TO_WORK: {Relation.SON, Relation.DAUGHTER},
    CommissionGround.PARENT_UNABLE_TO_WORK: {Relation.FATHER, Relation.MOTHER},
    CommissionGround.HUSBAND_INCURABLE: {Relation.HUSBAND},
}
OWN = (CommissionGround.ILLNESS, CommissionGround.WORK_ACCIDENT)


def listed(relation: Relation, status: CoverageStatus = CoverageStatus.COVERED) -> Dependent:
    return Dependent(national_id=MINA, relation=relation, coverage=Coverage(status=status), branch=BRANCH)


def broken_by(facts: CommissionFacts) -> list[Reason]:
    return [reason for reason in reasons(facts) if reason]


def broken(ground: CommissionGround, *, own: bool = False, **facts: Any) -> list[str]:
    said = {"insurance": InsuranceStatus.ACTIVE, "life": LifeStatus.ALIVE} | facts
    found = reasons(CommissionFacts(ground=ground, is_insured_themselves=own, **said))
    return [reason.rule.removeprefix("commission.") for reason in found if reason]


@pytest.mark.parametrize("ground", OWN)
def test_the_insured_are_referred_for_themselves(ground: CommissionGround) -> None:
    assert broken(ground, own=True) == []
    assert broken(ground, listed=listed(Relation.SON)) == ["subject-fits-ground"]


@pytest.mark.parametrize("ground", FITTING)
@pytest.mark.parametrize("relation", Relation)
def test_a_ground_fits_its_relations_and_no_other(ground: CommissionGround, relation: Relation) -> None:
    expected = [] if relation in FITTING[ground] else ["subject-fits-ground"]
    assert broken(ground, listed=listed(relation)) == expected


@pytest.mark.parametrize("ground", FITTING)
def test_nobody_is_their_own_child_parent_or_husband_and_strangers_are_nobody(ground: CommissionGround) -> None:
    assert broken(ground, own=True) == ["subject-fits-ground"]
    assert broken(ground, listed=None) == ["subject-fits-ground"]


def test_a_husband_is_referred_while_his_wife_supports_him() -> None:
    ended = listed(Relation.HUSBAND, CoverageStatus.ENDED)
    assert broken(CommissionGround.HUSBAND_INCURABLE, listed=ended) == ["husband-is-supported"]


def test_a_child_is_referred_though_its_cover_has_ended() -> None:
    """Being unable to work is what keeps a grown child covered: the commission finds it."""
    grown = listed(Relation.SON, CoverageStatus.ENDED)
    assert broken(CommissionGround.CHILD_UNABLE_TO_WORK, listed=grown) == []


@pytest.mark.parametrize("status", InsuranceStatus)
def test_who_has_no_link_is_referred_by_nobody(status: InsuranceStatus) -> None:
    expected = ["insured-is-linked"] if status is InsuranceStatus.NO_LINK else []
    assert broken(CommissionGround.ILLNESS, own=True, insurance=status) == expected


def test_the_dead_are_not_examined_and_of_whom_it_is_not_known_they_may_be() -> None:
    assert broken(CommissionGround.ILLNESS, own=True, life=LifeStatus.DECEASED) == ["subject-is-alive"]
    assert broken(CommissionGround.ILLNESS, own=True, life=LifeStatus.UNKNOWN) == []


@pytest.mark.parametrize("ground", CommissionGround)
def test_what_was_not_read_breaks_no_rule(ground: CommissionGround) -> None:
    own = not RELATIONS[ground]
    assert broken(ground, own=own, insurance=UNREAD, life=UNREAD, listed=UNREAD) == []


def test_every_rule_that_is_broken_is_told_with_what_was_found_and_who_said_it() -> None:
    found = broken_by(
        CommissionFacts(
            ground=CommissionGround.HUSBAND_INCURABLE,
            is_insured_themselves=False,
            insurance=InsuranceStatus.NO_LINK,
            listed=listed(Relation.HUSBAND, CoverageStatus.ENDED),
            life=LifeStatus.DECEASED,
        )
    )
    assert [(reason.found, reason.source) for reason in found] == [
        ("NO_LINK", Source.BRANCH_DATABASES),
        ("ENDED", Source.BRANCH_DATABASES),
        ("DECEASED", Source.CIVIL_REGISTRY),
    ]
    assert all(reason.words.fa and reason.words.en and reason.needed for reason in found)
