"""No answer ever arrived whose event is missing, however often the gateway is killed; and what is left is whole.

TAMIN_KILLS says how often (`make check-full`: 1,000); without it, five times.
"""

import os
from pathlib import Path

from tests.operation.audit.kills import Commanded, Lives, kill_often

KILLS = int(os.environ.get("TAMIN_KILLS", "5"))
A_KILL_SECONDS = 20  # for the time-out of the test: far more than one takes


async def test_no_answer_arrived_whose_event_is_missing(tmp_path: Path) -> None:
    outcome = await kill_often(tmp_path, min(KILLS, 5), start=Commanded)
    assert outcome.missing == set()
    assert len(outcome.answered) >= outcome.kills, "the test is worth nothing if hardly an answer arrives"
    assert outcome.recorded >= len(outcome.answered)
    assert outcome.verdict
    assert outcome.verdict.findings == []
    assert outcome.verdict.held_elsewhere


async def test_nor_after_many_more_kills(tmp_path: Path) -> None:
    lives = Lives()
    try:
        outcome = await kill_often(tmp_path, KILLS - 5, start=lives)
    finally:
        lives.close()
    assert outcome.kills == KILLS - 5
    assert outcome.missing == set()
    assert len(outcome.answered) >= outcome.kills
    assert outcome.verdict
    assert outcome.verdict.findings == []


async def test_an_answer_that_does_not_wait_for_its_event_is_caught(tmp_path: Path) -> None:
    lives = Lives(planted=True)
    try:
        outcome = await kill_often(tmp_path, 2, start=lives)
    finally:
        lives.close()
    assert outcome.missing
