"""Two replicas on PostgreSQL, one killed in between: the ledger is the bank's books. TAMIN_PAYMENTS_RUN says how many
payers, then over three replicas."""

import os

import pytest

from tests.requests.conftest import Board
from tests.requests.replicas.payments import run

LARGE = int(os.environ.get("TAMIN_PAYMENTS_RUN", "0"))


@pytest.mark.timeout(300 + LARGE)
def test_over_replicas_that_die_no_rial_is_taken_twice_and_none_lost(board: Board) -> None:
    if LARGE:
        outcome = run(board, LARGE, replicas=3, kills=30)
    else:
        outcome = run(board, 16, replicas=2, kills=1, ticket_seconds=2.0, claim_seconds=2.0, files=2)
    print(outcome.page())  # noqa: T201 - shown with -rP
    assert outcome.kills == (30 if LARGE else 1)
    assert outcome.is_whole, outcome.page()
