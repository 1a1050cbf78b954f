"""What somebody is to an applicant by the registry's entries: yes, no, or not known."""

import pytest

from gateway.domain.calendar import Day
from gateway.domain.dependent import Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.registry_event import EventKind, EventParty, PartyRole, RegistryEvent
from gateway.requests.reading import UNREAD
from gateway.requests.rules.kinship import fits_the_registry, is_kin, kinship
from tests.resolvers.conftest import MINA, REZA, SARA
from twin.named import NAMED

KAVEH = NationalId(NAMED["kaveh"].code)


def event(kind: EventKind, sequence: int, **parties: NationalId) -> RegistryEvent:
    named = tuple(
        EventParty(person=person, role=PartyRole[role.upper()], first_marriage=kind is EventKind.MARRIAGE or None)
        for role, person in parties.items()
    )
    return RegistryEvent(sequence=sequence, kind=kind, registered_on=Day(1390, 1, sequence), parties=named)


BORN = event(EventKind.BIRTH, 1, self=SARA, father=REZA, mother=MINA)
MARRIED = event(EventKind.MARRIAGE, 2, husband=KAVEH, wife=SARA)
DIVORCED = event(EventKind.DIVORCE, 3, husband=KAVEH, wife=SARA)


def test_parents_are_those_whom_the_birth_names_in_their_role() -> None:
    assert is_kin(Relation.FATHER, SARA, REZA, (BORN,)) is True
    assert is_kin(Relation.MOTHER, SARA, REZA, (BORN,)) is False
    assert is_kin(Relation.FATHER, SARA, KAVEH, (BORN,)) is False
    assert (kinship((BORN,), SARA, REZA), kinship((BORN,), SARA, MINA)) == (Relation.FATHER, Relation.MOTHER)


def test_a_birth_that_names_no_father_says_nothing_of_one() -> None:
    of_a_mother = event(EventKind.BIRTH, 1, self=SARA, mother=MINA)
    assert is_kin(Relation.FATHER, SARA, REZA, (of_a_mother,)) is None
    assert is_kin(Relation.FATHER, SARA, REZA, ()) is None
    assert kinship((of_a_mother,), SARA, REZA) is None


def test_the_birth_of_somebody_else_makes_nobody_a_parent() -> None:
    anothers = event(EventKind.BIRTH, 1, self=KAVEH, father=REZA)
    assert is_kin(Relation.FATHER, SARA, REZA, (anothers,)) is None
    assert kinship((anothers,), SARA, REZA) is None


def test_a_marriage_makes_a_spouse_until_its_divorce() -> None:
    assert is_kin(Relation.HUSBAND, SARA, KAVEH, (BORN, MARRIED)) is True
    assert is_kin(Relation.HUSBAND, SARA, KAVEH, (MARRIED, DIVORCED)) is False
    assert is_kin(Relation.HUSBAND, SARA, KAVEH, (BORN,)) is None
    assert kinship((MARRIED,), SARA, KAVEH) is Relation.HUSBAND
    assert kinship((MARRIED,), KAVEH, SARA) is Relation.WIFE
    assert kinship((MARRIED, DIVORCED), SARA, KAVEH) is None


@pytest.mark.parametrize("relation", [Relation.SON, Relation.DAUGHTER])
def test_children_are_those_whose_birth_names_the_applicant(relation: Relation) -> None:
    assert is_kin(relation, REZA, SARA, (BORN,)) is True
    assert is_kin(relation, MINA, SARA, (BORN,)) is True
    assert is_kin(relation, KAVEH, SARA, (BORN,)) is False
    half_known = event(EventKind.BIRTH, 1, self=SARA, mother=MINA)
    assert is_kin(relation, KAVEH, SARA, (half_known,)) is None
    assert is_kin(relation, KAVEH, SARA, ()) is None


def test_what_was_not_read_is_not_known_and_only_another_kinship_breaks_the_rule() -> None:
    assert is_kin(Relation.FATHER, SARA, REZA, UNREAD) is None
    assert kinship(UNREAD, SARA, REZA) is None
    assert [len(list(fits_the_registry("r", Relation.SON, kin))) for kin in (True, None, False)] == [0, 0, 1]
    assert list(fits_the_registry("r", None, False)) == []
