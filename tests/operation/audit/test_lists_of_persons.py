"""Who stands in a list is on record for what is said of each of them, whoever told of it: a plan, of the list at once,
or graphql-core, of each of its objects."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import NationalId
from gateway.http.spending import Spending
from gateway.loading.context import RequestContext
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.recording import Recording
from gateway.operation.execution import Bound
from tests.operation.audit.recorded_gateway import PSEUDONYMS, Gateway
from tests.operation.audit.test_recording import SARA_CITIZEN, STRANGER
from tests.resolvers.conftest import BRANCH, MINA, REZA, SARA

BORN, SINCE = Day(1390, 1, 2), Day(1391, 3, 4)


def dependant(person: NationalId, **said: Any) -> Dependent:
    rest = {"relation": Relation.DAUGHTER, "coverage": Coverage(status=CoverageStatus.COVERED), "branch": BRANCH}
    return Dependent(national_id=person, **(rest | said))  # type: ignore[arg-type]


def released(gateway: Gateway) -> dict[NationalId, set[str]]:
    [event] = gateway.kept.events
    names = {PSEUDONYMS.person(person): person for person in (SARA, MINA, REZA)}
    found: dict[NationalId, set[str]] = {}
    for release in event.released:
        for person in release.persons:
            found.setdefault(names[person], set()).update(release.fields)
    return found


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_each_is_recorded_with_their_own_and_the_supporter_with_all(gateway: Gateway, order: Any) -> None:
    two = (dependant(MINA, birth=BORN), dependant(REZA, since=SINCE))
    gateway.world.facts["dependents_by_supporter"] = {SARA: tuple(two[place] for place in order)}
    await gateway.ask(
        "query($id: NationalId!) { person(nationalId: $id) {"
        " dependents { relation birth { jalali } since { jalali } } } }",
        {"id": SARA.digits},
    )
    assert released(gateway) == {
        SARA: {"Dependent.relation", "Dependent.birth", "Dependent.since"},
        MINA: {"Dependent.relation", "Dependent.birth"},
        REZA: {"Dependent.relation", "Dependent.since"},
    }


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_whom_two_support_is_recorded_with_what_either_list_said(gateway: Gateway, order: Any) -> None:
    two = (dependant(MINA, birth=BORN), dependant(MINA, since=SINCE))
    gateway.world.facts["dependents_by_supporter"] = {SARA: (two[order[0]],), REZA: (two[order[1]],)}
    await gateway.ask(
        "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person {"
        " dependents { relation birth { jalali } since { jalali } } } } }",
        {"ids": [SARA.digits, REZA.digits]},
    )
    assert released(gateway)[MINA] == {"Dependent.relation", "Dependent.birth", "Dependent.since"}


async def test_of_whom_nothing_is_known_stands_beside_of_whom_all_is(gateway: Gateway) -> None:
    gateway.world.facts["dependents_by_supporter"] = {SARA: (dependant(MINA), dependant(REZA, since=SINCE))}
    await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ dependents {{ since {{ jalali }} }} }} }}')
    found = released(gateway)
    assert (found[SARA], found[REZA], found.get(MINA, set())) == ({"Dependent.since"}, {"Dependent.since"}, set())


async def test_what_is_below_a_dependant_as_a_person_is_about_the_dependant_alone(gateway: Gateway) -> None:
    gateway.world.facts["dependents_by_supporter"] = {SARA: (dependant(MINA), dependant(REZA))}
    await gateway.ask(
        f'{{ person(nationalId: "{SARA.digits}") {{ dependents {{ relation person {{ nationalId }} }} }} }}'
    )
    assert released(gateway) == {
        SARA: {"Dependent.relation"},
        MINA: {"Dependent.relation", "Person.nationalId"},
        REZA: {"Dependent.relation", "Person.nationalId"},
    }


async def test_where_the_list_came_from_is_recorded(gateway: Gateway) -> None:
    await gateway.ask(f'{{ person(nationalId: "{SARA.digits}") {{ dependents {{ relation }} }} }}')
    assert {used.source for used in gateway.kept.last.sources} == {"BRANCH_DATABASES"}


async def test_what_is_refused_of_each_is_recorded_with_whom(gateway: Gateway) -> None:
    gateway.caller.caller = SARA_CITIZEN
    ended = Coverage(status=CoverageStatus.ENDED)
    three = (dependant(REZA, coverage=ended), dependant(MINA), dependant(STRANGER, coverage=ended))
    gateway.world.facts["dependents_by_supporter"] = {SARA: three}
    await gateway.ask("{ me { dependents { relation person { nationalId } } } }")
    [refusal] = gateway.kept.last.refusals
    assert refusal.coordinate == "Dependent.person"
    assert set(refusal.persons) == {PSEUDONYMS.person(REZA), PSEUDONYMS.person(STRANGER)}


async def test_it_is_one_whether_a_list_was_told_at_once_or_each_of_its_objects(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans tell of a list at once only where nothing below it can be refused or be somebody else. The record would
    understand it if they did."""
    gateway.caller.caller = SARA_CITIZEN
    answers: list[tuple[Recording, Bound, Any]] = []
    event_of = Recording.event_of

    def remembered(recording: Recording, bound: Bound, content: Any) -> ReleaseEvent | None:
        answers.append((recording, bound, content))
        return event_of(recording, bound, content)

    monkeypatch.setattr(Recording, "event_of", remembered)
    await gateway.ask("{ me { dependents { relation person { nationalId } } } }")
    [(recording, bound, content)] = answers
    context = bound.context
    assert context.persons_in == {}
    singly = event_of(recording, bound, content)
    context.persons_in["me", "dependents"] = [context.persons_at.pop(("me", "dependents", n)) for n in (0, 1)]
    at_once = event_of(recording, bound, content)
    assert singly
    assert at_once
    assert singly.refusals
    assert (at_once.released, at_once.refusals) == (singly.released, singly.refusals)


def test_all_who_stand_in_the_answer_are_counted_once() -> None:
    context = SimpleNamespace(persons_at={("a",): SARA, ("b",): MINA}, persons_in={("c",): [MINA, None, REZA]})
    context.persons = RequestContext.persons.fget(context)  # type: ignore[attr-defined]
    assert context.persons == {SARA, MINA, REZA}
    settled: list[int] = []
    spending = Spending(None, context, {})  # type: ignore[arg-type]
    spending._spent = SimpleNamespace(settle=lambda persons, calls: settled.append(persons))  # type: ignore[assignment]
    spending.end()
    assert settled == [3]
