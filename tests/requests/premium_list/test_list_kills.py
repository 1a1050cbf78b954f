"""A premium list whose gateway is killed at any boundary of its one step: the branch enters it once.

`make check` kills at a few of them, TAMIN_KILLS (`make check-full`) at all, and at every later meeting of each.
"""

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.requests.engine import MOMENTS
from gateway.requests.premium_list.posting import FLOW
from gateway.requests.receipt import verified
from tests.journeys.processes import TwinInTest, started
from tests.requests.kills import Lives, Point, story_of
from twin.named import KAVEHS_WORKSHOP

SCENARIO = "tests.requests.premium_list.list_story:story"
ALL = "TAMIN_KILLS" in os.environ
MEETINGS = range(8) if ALL else range(1)
KILLED = -9
BRANCH = KAVEHS_WORKSHOP[1]

pytestmark = pytest.mark.timeout(1_800 if ALL else 300)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInTest]:
    """With branches, which record in databases of their own."""
    folder = tmp_path_factory.mktemp("twin")
    world = ["--people", "20", "--seed", "1", "--branches", "sqlite", "--cache", str(folder / "cache")]
    with started([sys.executable, "-m", "twin", *world], dict(os.environ), folder / "log", '"control"') as line:
        twin = TwinInTest(json.loads(line))
        yield twin
        twin.control.close()


@pytest.fixture
def lives(twin: TwinInTest, tmp_path: Path) -> Iterator[Lives]:
    lives = Lives(SCENARIO, {"folder": str(tmp_path), "intake": twin.descriptor["branch_intake"]}, tmp_path)
    yield lives
    lives.close()


def entered(twin: TwinInTest) -> dict[str, dict[str, Any]]:
    """By reference: what the branch has entered, and how often it came. A list that was entered twice fails."""
    lists = twin.control.get("/_twin/intake/lists").raise_for_status().json()["lists"][BRANCH]
    by_reference = {entry["reference"]: entry for entry in lists}
    assert len(by_reference) == len(lists)
    return by_reference


def check(twin: TwinInTest, lives: Lives, folder: Path) -> int:
    """One entry at the branch, and the receipt of the first answer holds; how often the list came."""
    reached = lives.reached()
    entry = entered(twin)[reached["reference"]]
    assert (entry["trackingCode"], entry["number"]) == (reached["tracking_code"], reached["number"])
    assert (reached["state"], entry["workers"], reached["changed"]) == ("RECORDED", 2, 2)
    (receipt,) = reached["receipts"]
    said = verified(receipt, json.loads((folder / "jwks.json").read_text()))
    assert (said.id, said.tracking_code) == (reached["reference"], reached["tracking_code"])
    return int(entry["received"])


def test_killed_at_any_boundary_the_branch_enters_the_list_once(lives: Lives, twin: TwinInTest, tmp_path: Path) -> None:
    before, numbers = len(entered(twin)), itertools.count()
    assert lives.live(story_of(None), list=next(numbers)) == 0, lives.log
    assert check(twin, lives, tmp_path / story_of(None)) == 1
    points: list[Point] = [tuple(point) for point in lives.reached()["met"]]
    listed = {(FLOW, step, moment) for step in lives.reached()["listed"] for moment in MOMENTS}
    assert set(points) >= listed
    if not ALL:
        points = [point for point in points if point[2] in {"effected", "uncommitted"}]
    kills, came_twice = 0, False
    for point in points:
        for meeting in MEETINGS:
            story, number = story_of(point, meeting), next(numbers)
            code = lives.live(story, point, meeting, list=number)
            if code == 0 and meeting:
                check(twin, lives, tmp_path / story)
                break  # it is met no more often
            assert code == KILLED, lives.log
            kills += 1
            assert lives.live(story, list=number) == 0, lives.log
            came_twice |= check(twin, lives, tmp_path / story) > 1
    print(f"{kills} kills at {len(points)} boundaries: each list entered once")  # noqa: T201
    assert kills >= len(points)
    assert len(entered(twin)) - before == next(numbers)
    assert came_twice  # otherwise the kills never hit the moment after the effect, and prove nothing
