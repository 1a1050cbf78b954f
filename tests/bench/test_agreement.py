"""The bench measures equals: hand-written endpoint, Strawberry and gateway say the same JSON of the same persons."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.queries import as_the_peers_say_it, bodies
from bench.session import Running, Session, differences, session
from bench.targets import ALL

pytestmark = pytest.mark.timeout(300)

NAMES = ("handwritten", "strawberry", "ours")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with session(people=400, persons=55, node=False, folder=tmp_path_factory.mktemp("run")) as held:
        yield held


@pytest.fixture(scope="module")
def cold(held: Session) -> Iterator[list[Running]]:
    runnings = [held.start(ALL[name], warm=False) for name in NAMES]
    yield runnings
    for running in runnings:
        running.child.stop()


def test_all_say_the_same_of_the_same_persons(held: Session, cold: list[Running]) -> None:
    assert differences(held, cold, persons=20, lists=1) == []


def test_a_whole_person_has_what_the_first_query_asks_for(held: Session, cold: list[Running]) -> None:
    for running in cold:
        (body,) = bodies("Q1", running.target.texts, held.place.persons, 1, "whole")
        person = as_the_peers_say_it(running.ask(body))["data"]["person"]
        assert len(person["dependents"]) == 5
        assert len(person["contributions"]) == 24
        assert len(person["payments"]) == 3
        assert 1 <= len(person["debts"]) <= 3
        assert person["unemployment"]["stage"]
        assert all(
            name and name.isprintable() for name in (person["firstName"], person["contributions"][0]["workshopName"])
        )


def test_a_difference_is_told_with_its_place(
    held: Session, cold: list[Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = cold[-1]
    honest = ours.ask

    def lying(body: bytes, seconds: float = 60.0) -> object:
        said = honest(body, seconds)
        person = said["data"].get("person")
        if person and "debts" in person:
            person["debts"]["nodes"][0]["amount"] = "1"
        return said

    monkeypatch.setattr(ours, "ask", lying)
    (told,) = differences(held, cold, persons=2, lists=1)
    assert told.startswith("Q1: ours differs from handwritten: .data.person.debts[0].amount")


def test_facts_that_are_remembered_are_the_same_facts(held: Session, cold: list[Running]) -> None:
    with held.running(ALL["handwritten"], warm=True) as warm:
        assert differences(held, [cold[0], warm], persons=3, lists=1) == []
        before = held.control("GET", "counts")["bank_refah"]
        assert differences(held, [warm, warm], persons=3, lists=1) == []
        assert held.control("GET", "counts")["bank_refah"] == before


def test_a_session_leaves_no_process_behind(tmp_path: Path, held: Session) -> None:
    with held.running(ALL["handwritten"], warm=False) as running:
        child = running.child
        assert child.alive()
        assert child.cpu_seconds() > 0
        assert child.memory_mb() > 1
    assert not child.alive()
    assert child.pids() == []
