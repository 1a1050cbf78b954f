"""A cycle that is killed in the middle and started again takes nobody twice and leaves nobody out.

Some hundred persons and one kill here, and kills at the boundaries of each step; TAMIN_KILLS (`make check-full`) kills
at all of them, and at every later meeting. `python -m tests.requests.cycles.proof` does it with tens of thousands.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.requests.cycles.cycle import FLOW
from gateway.requests.engine import MOMENTS
from tests.requests.conftest import Board
from tests.requests.cycles.country import ends_judged, ends_of, judged, running_country, wanted_of
from tests.requests.kills import Lives, Point, story_of

SINCE = ("--month", "1405-07", "--since", "1370-01")

ALL = "TAMIN_KILLS" in os.environ
MEETINGS = range(8) if ALL else range(1)
KILLED = -9
COUPLES, GRANTED, AMOUNT = 4, 4, 24_000

pytestmark = pytest.mark.timeout(1_800 if ALL else 300)


class Books:
    """What finance and SMS have, before and after a story."""

    def __init__(self, board: Board) -> None:
        self._control = httpx.Client(base_url=board.descriptor["control"], timeout=10)
        self._before = self._read()

    def _read(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        documents: dict[str, Any] = self._control.get("/_twin/finance/documents").raise_for_status().json()
        said = self._control.get("/_twin/sms", params={"last": 100_000}).raise_for_status().json()
        return documents, said["messages"]

    def gained(self) -> dict[str, int]:
        """Since this was last asked."""
        (then, sent_then), (now, sent) = self._before, self._read()
        self._before = now, sent
        references = set(now["references"]) - set(then["references"])
        told = {m["reference"] for m in sent} - {m["reference"] for m in sent_then}
        assert told == references, "who was paid was told"
        return {
            "documents": now["documents"] - then["documents"],
            "amount": now["amount"] - then["amount"],
            "orders": now["received"] - then["received"],
            "told": len(told),
        }

    def close(self) -> None:
        self._control.close()


@pytest.fixture
def books(board: Board) -> Iterator[Books]:
    books = Books(board)
    yield books
    books.close()


@pytest.fixture
def lives(board: Board, tmp_path: Path) -> Iterator[Lives]:
    place = {"folder": str(tmp_path), "finance": board.descriptor["finance"], "sms": board.descriptor["sms"]}
    lives = Lives("tests.requests.cycles.cycle_story:story", place, tmp_path)
    yield lives
    lives.close()


def check(lives: Lives, books: Books) -> int:
    """Everybody once, each grant paid and told once; how often orders came twice."""
    reached, gained = lives.reached(), books.gained()
    assert reached["gathered"] == 2 * COUPLES
    assert reached["outcomes"] == {"GRANTED": GRANTED, "REFUSED": COUPLES}
    assert (reached["effects"], reached["told"]) == ({"DOCUMENT": GRANTED}, {"TAKEN": GRANTED})
    assert reached["amount"] == gained["amount"] == GRANTED * AMOUNT
    assert gained["documents"] == gained["told"] == GRANTED
    return gained["orders"] - GRANTED


def test_killed_at_any_boundary_of_any_step_everybody_is_taken_once(lives: Lives, books: Books) -> None:
    assert lives.live(story_of(None)) == 0, lives.log
    assert check(lives, books) == 0
    points: list[Point] = [tuple(point) for point in lives.reached()["met"]]
    listed = {(FLOW, step, moment) for step in lives.reached()["listed"] for moment in MOMENTS}
    assert set(points) >= listed, "it meets every step that its flow lists"
    if not ALL:
        points = [point for point in points if point[2] in {"effected", "uncommitted"}]
    kills = again = 0
    for point in points:
        for meeting in MEETINGS:
            story = story_of(point, meeting)
            code = lives.live(story, point, meeting)
            if code == 0 and meeting:
                check(lives, books)
                break  # it is met no more often
            assert code == KILLED, lives.log
            kills += 1
            assert lives.live(story) == 0, lives.log
            again += check(lives, books)
    print(f"{kills} kills at {len(points)} boundaries: nobody twice, nobody left out")  # noqa: T201
    assert kills >= len(points)
    assert again, "orders came twice: otherwise no kill hit the moment after an effect"


def test_killed_in_the_middle_and_started_again_nobody_is_taken_twice_and_nobody_left_out(tmp_path: Path) -> None:
    country = running_country(tmp_path, people=400, seed=3070, branches="sqlite", batch=10, cache=tmp_path / "cache")
    with country as running:
        wanted = wanted_of(running.world, 140507, 137001)
        cases = wanted.cases.total()
        assert cases > 100
        assert len(wanted.granted) > 5
        allowance = ("run", "marriage-allowance", *SINCE)
        reached = running.killed_once("outcome IS NOT NULL", cases // 2, *allowance)
        assert reached < cases, "it was killed before it was through"
        figures = judged(running, wanted, running.runs(*allowance))
        assert figures["cases"] == cases

        ends = ends_of(running.world, 140507, 137001)
        assert ends.ended
        figures = ends_judged(running, ends, running.runs("run", "daughters", *SINCE))
        assert figures["ended"] == len(ends.ended)
