"""The end of daughters' dependency: ended on the registry's data, kept otherwise, resumed never."""

import msgspec
import pytest

from gateway.domain.calendar import Day
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.registry_event import Marriage
from gateway.requests.rules.daughters import DaughterDecision, DaughterFacts, Dependency, decide

MAHTAB, PEYMAN = NationalId("0065747259"), NationalId("0065272498")
LISTED = Dependent(
    national_id=MAHTAB,
    relation=Relation.DAUGHTER,
    coverage=Coverage(status=CoverageStatus.COVERED),
    branch=BranchCode("0070"),
)
WEDDING = Marriage(
    sequence=1,
    person=MAHTAB,
    spouse=PEYMAN,
    registered_on=Day(1405, 6, 18),
    permanent=True,
    first=True,
    official_office=True,
)


def test_a_registered_marriage_ends_dependency_on_the_day_of_registration() -> None:
    said = decide(DaughterFacts(listed=LISTED, marriages=(WEDDING,)))
    assert (said.dependency, said.on) == (Dependency.ENDED, Day(1405, 6, 18))
    (reason,) = said.reasons
    assert (reason.rule, reason.source) == ("daughter.unmarried", Source.REGISTRY_EVENTS)
    assert MAHTAB.digits not in repr(reason)


def test_without_a_marriage_it_is_kept() -> None:
    assert decide(DaughterFacts(listed=LISTED)) == DaughterDecision(dependency=Dependency.KEPT)


def test_after_a_divorce_dependency_that_stands_is_kept() -> None:
    parted = msgspec.structs.replace(WEDDING, divorced_on=Day(1405, 7, 1))
    assert decide(DaughterFacts(listed=LISTED, marriages=(parted,))).dependency is Dependency.KEPT
    again = msgspec.structs.replace(WEDDING, registered_on=Day(1405, 7, 20))
    said = decide(DaughterFacts(listed=LISTED, marriages=(parted, again)))
    assert (said.dependency, said.on) == (Dependency.ENDED, Day(1405, 7, 20))


def test_dependency_that_had_ended_is_not_resumed() -> None:
    ended = msgspec.structs.replace(LISTED, coverage=Coverage(status=CoverageStatus.ENDED, until=Day(1405, 1, 1)))
    parted = msgspec.structs.replace(WEDDING, divorced_on=Day(1405, 7, 1))
    assert decide(DaughterFacts(listed=ended, marriages=(parted,))).dependency is Dependency.NOT_COVERED


@pytest.mark.parametrize("relation", [relation for relation in Relation if relation is not Relation.DAUGHTER])
def test_whoever_is_no_daughter_is_none_of_its_business(relation: Relation) -> None:
    listed = msgspec.structs.replace(LISTED, relation=relation)
    assert decide(DaughterFacts(listed=listed, marriages=(WEDDING,))).dependency is Dependency.NOT_COVERED
    assert decide(DaughterFacts(listed=None, marriages=(WEDDING,))).dependency is Dependency.NOT_COVERED


@pytest.mark.parametrize(
    ("ends", "dependency"),
    [(None, Dependency.UNDECIDED), (True, Dependency.ENDED), (False, Dependency.KEPT)],
)
def test_what_a_temporary_marriage_does_is_a_setting_and_not_known_without_it(
    ends: bool | None, dependency: Dependency
) -> None:
    temporary = msgspec.structs.replace(WEDDING, permanent=False)
    said = decide(DaughterFacts(listed=LISTED, marriages=(temporary,), temporary_ends=ends))
    assert said.dependency is dependency
    assert bool(said.reasons) == (dependency is not Dependency.KEPT)


def test_a_permanent_marriage_beside_a_temporary_one_ends_it_on_its_own_day() -> None:
    temporary = msgspec.structs.replace(WEDDING, permanent=False, registered_on=Day(1405, 5, 1))
    said = decide(DaughterFacts(listed=LISTED, marriages=(temporary, WEDDING)))
    assert (said.dependency, said.on) == (Dependency.ENDED, Day(1405, 6, 18))


def test_a_death_ends_it_whatever_else_is_registered() -> None:
    said = decide(DaughterFacts(listed=LISTED, marriages=(WEDDING,), died_on=Day(1405, 7, 2)))
    assert (said.dependency, said.on, said.reasons[0].rule) == (Dependency.ENDED, Day(1405, 7, 2), "daughter.alive")
