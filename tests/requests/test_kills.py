"""A process that is killed at any boundary of any step has lost nothing and done nothing twice.

`make check` kills at a few of them, TAMIN_KILLS (`make check-full`) at all, and at every later meeting of each.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.requests.engine import MOMENTS
from gateway.requests.life import FLOW
from gateway.requests.receipt import verified
from tests.requests.conftest import Board
from tests.requests.kills import Lives, Point, story_of

SCENARIO = "tests.requests.commission_story:story"
ALL = "TAMIN_KILLS" in os.environ
MEETINGS = range(8) if ALL else range(1)
KILLED = -9

pytestmark = pytest.mark.timeout(1_800 if ALL else 300)


@pytest.fixture
def lives(board: Board, tmp_path: Path) -> Iterator[Lives]:
    board.set(stage_seconds=0.05, outcome="REJECTED", asks=True)
    lives = Lives(SCENARIO, {"folder": str(tmp_path), "office": board.office}, tmp_path)
    yield lives
    lives.close()


def check(board: Board, lives: Lives, folder: Path) -> None:
    """Exactly one effect at the commission, and the receipt of the first answer holds."""
    reached = lives.reached()
    file = board.files()[reached["reference"]]
    assert file["trackingCode"] == reached["tracking_code"]
    assert [act["kind"] for act in file["acts"]] == ["supplement", "appeal"]
    assert (file["documents"], file["board"], file["state"]) == (1, 2, "APPROVED")
    assert reached["number"] == file["number"]
    assert reached["acts"] == ["SUPPLY", "APPEAL"]
    steps = reached["steps"]
    assert steps[:2] == ["ACCEPTED", "QUEUED"]
    assert steps.count("NEEDS_INFORMATION") == steps.count("REJECTED") == steps.count("APPROVED") == 1
    (receipt,) = reached["receipts"]
    said = verified(receipt, json.loads((folder / "jwks.json").read_text()))
    assert (said.id, said.tracking_code) == (reached["reference"], reached["tracking_code"])


def boundaries(lives: Lives) -> list[Point]:
    """What a whole life meets."""
    return [tuple(point) for point in lives.reached()["met"]]


def test_a_life_that_is_not_killed_meets_every_step_that_its_flow_lists(
    lives: Lives, board: Board, tmp_path: Path
) -> None:
    assert lives.live(story_of(None)) == 0, lives.log
    check(board, lives, tmp_path / story_of(None))
    met = boundaries(lives)
    listed = {(FLOW, step, moment) for step in lives.reached()["listed"] for moment in MOMENTS}
    assert set(met) >= listed


def test_killed_at_any_boundary_it_comes_to_the_same_end(lives: Lives, board: Board, tmp_path: Path) -> None:
    assert lives.live(story_of(None)) == 0, lives.log
    references = {lives.reached()["reference"]}
    points = boundaries(lives)
    if not ALL:
        points = [point for point in points if point[2] in {"effected", "uncommitted"}]
    kills = 0
    for point in points:
        for meeting in MEETINGS:
            story = story_of(point, meeting)
            code = lives.live(story, point, meeting)
            if code == 0 and meeting:
                break  # it is met no more often
            assert code == KILLED, lives.log
            kills += 1
            assert lives.live(story) == 0, lives.log
            check(board, lives, tmp_path / story)
            references.add(lives.reached()["reference"])
    print(f"{kills} kills at {len(points)} boundaries: nothing lost, nothing done twice")  # noqa: T201
    assert kills >= len(points)
    assert set(board.files()) >= references
    assert len(references) == kills + 1
    # Otherwise the kills never hit the moment after the effect, and prove nothing.
    assert any(board.files()[reference]["received"] > 1 for reference in references)
