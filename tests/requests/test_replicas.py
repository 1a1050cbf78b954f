"""Three replicas on PostgreSQL, killed in between: none lost, none twice. TAMIN_REQUESTS_RUN says how many requests."""

import os

import pytest

from tests.requests.replicas.referrals import run

REQUESTS = int(os.environ.get("TAMIN_REQUESTS_RUN", "60"))
KILLS = 3 if REQUESTS < 1_000 else 30


@pytest.mark.timeout(300 + REQUESTS // 2)
def test_over_three_replicas_that_die_nothing_is_lost_and_nothing_done_twice() -> None:
    outcome = run(REQUESTS, replicas=3, kills=KILLS)
    print(outcome.page())  # noqa: T201 - shown with -rP
    assert outcome.kills == KILLS
    assert outcome.is_whole, outcome.page()
