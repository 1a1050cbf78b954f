"""No answer ever arrived whose event is missing, however often the gateway is killed; and what is left is whole.

TAMIN_KILLS says how often (`make check-full`: 1,000); without it, five times. The first five lives are begun by the
command, the others by forks of a process that is ready for it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operation.audit.kills import Commanded, Lives, kill_often

KILLS = int(os.environ.get("TAMIN_KILLS", "5"))
BY_COMMAND = 5
A_KILL_SECONDS = 10  # far more than one takes

pytestmark = pytest.mark.timeout(120 + KILLS * A_KILL_SECONDS)


@pytest.fixture
def lives(request: pytest.FixtureRequest) -> Iterator[Lives]:
    lives = Lives(planted=bool(getattr(request, "param", False)))
    yield lives
    lives.close()


async def test_no_answer_arrived_whose_event_is_missing(tmp_path: Path, lives: Lives) -> None:
    for start, times in ((Commanded, min(KILLS, BY_COMMAND)), (lives, KILLS - BY_COMMAND)):
        if times <= 0:
            continue
        outcome = await kill_often(tmp_path, times, start=start)
        assert outcome.kills == times
        assert outcome.missing == set()
        assert len(outcome.answered) >= times, "the test is worth nothing if hardly an answer arrives"
        assert outcome.recorded >= len(outcome.answered)
        assert outcome.verdict
        assert outcome.verdict.findings == []
        assert outcome.verdict.held_elsewhere


@pytest.mark.parametrize("lives", [True], ids=["planted"], indirect=True)
async def test_an_answer_that_does_not_wait_for_its_event_is_caught(tmp_path: Path, lives: Lives) -> None:
    outcome = await kill_often(tmp_path, 2, start=lives)
    assert outcome.missing
