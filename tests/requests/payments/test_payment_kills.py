"""A payment whose gateway is killed at any boundary of any step: the bank holds one payment, and the ledger one credit.

`make check` kills at a few of them, TAMIN_KILLS (`make check-full`) at all, and at every later meeting of each.
"""

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.requests.engine import MOMENTS
from tests.requests.conftest import Board
from tests.requests.kills import Lives, Point, story_of
from tests.requests.payments.counter import AMOUNT
from tests.requests.payments.payment_story import FLOW

SCENARIO = "tests.requests.payments.payment_story:story"
ALL = "TAMIN_KILLS" in os.environ
MEETINGS = range(8) if ALL else range(1)
KILLED = -9

pytestmark = pytest.mark.timeout(1_800 if ALL else 300)


class Bank:
    """The running twin's, asked beside its wire."""

    def __init__(self, descriptor: dict[str, Any]) -> None:
        self.place = {"bank": descriptor["bank_refah"], "control": descriptor["control"]}
        self._http = httpx.Client(base_url=descriptor["control"], timeout=10)
        weakref.finalize(self, self._http.close)

    def set(self, **conditions: Any) -> None:
        self._http.put("/_twin/bank", json=conditions).raise_for_status()

    def rows(self, identifier: str) -> list[tuple[str, str, int]]:
        found = self._http.get(f"/_twin/bank/books/{identifier}").raise_for_status().json()["receipts"]
        return sorted((row["state"], row["rrn"], row["amount"]) for row in found)

    def sent(self, identifier: str, operation: str) -> int:
        calls = self._http.get("/_twin/calls", params={"system": "bank_refah"}).raise_for_status().json()["calls"]
        return sum(call["operation"] == operation and identifier in call["keys"] for call in calls)

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def bank(board: Board) -> Iterator[Bank]:
    bank = Bank(board.descriptor)
    bank.set(card="pays twice", calls="never")
    yield bank
    bank.set(card="pays", calls="once")
    bank.close()


@pytest.fixture
def lives(bank: Bank, tmp_path: Path) -> Iterator[Lives]:
    lives = Lives(SCENARIO, {"folder": str(tmp_path), **bank.place}, tmp_path)
    yield lives
    lives.close()


def check(bank: Bank, lives: Lives) -> None:
    """One payment at the bank, one debit given back, one credit in the ledger, one entitlement."""
    reached = lives.reached()
    rows = bank.rows(reached["identifier"])
    assert [(state, amount) for state, _, amount in rows] == [("CONFIRMED", AMOUNT), ("REVERSED", AMOUNT)]
    assert rows[0][1] == reached["rrn"]
    assert reached["findings"] == ["TAKEN_TWICE"]
    assert reached["balances"] == {"BANK": AMOUNT, "HELD": 0, "PREMIUMS": -AMOUNT, "DEBTS": 0, "PART_MONTHS": 0}
    assert reached["treatments"] == 1
    assert bank.sent(reached["identifier"], "receipts/confirm") == 1


def boundaries(lives: Lives) -> list[Point]:
    return [tuple(point) for point in lives.reached()["met"]]


def test_a_payment_that_is_not_killed_meets_every_step_that_its_flow_lists(lives: Lives, bank: Bank) -> None:
    assert lives.live(story_of(None)) == 0, lives.log
    check(bank, lives)
    listed = {(FLOW, step, moment) for step in lives.reached()["listed"] for moment in MOMENTS}
    assert {step for _, step, _ in listed} == {"inquire", "confirm", "reverse"}
    assert set(boundaries(lives)) >= listed


def test_killed_at_any_boundary_the_bank_holds_exactly_one_effect(lives: Lives, bank: Bank) -> None:
    assert lives.live(story_of(None)) == 0, lives.log
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
            check(bank, lives)
    print(f"{kills} kills at {len(points)} boundaries: no rial twice, none lost")  # noqa: T201
    assert kills >= len(points)
