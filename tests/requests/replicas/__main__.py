"""Prints a page of figures of a run over several replicas on PostgreSQL, which are killed in between.

`python -m tests.requests.replicas --requests 10000 --kills 30`, or `--payments 2000 --kills 20`.
"""

import argparse
import sys

from tests.requests.conftest import running_board
from tests.requests.replicas import payments, referrals


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, prog="python -m tests.requests.replicas")
    what = words.add_mutually_exclusive_group()
    what.add_argument("--requests", type=int, default=10_000, help="so many referrals to the commission")
    what.add_argument("--payments", type=int, help="so many payers at the bank")
    words.add_argument("--replicas", type=int, default=3)
    words.add_argument("--kills", type=int, default=30)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--pace", type=float, help="so many begin a second; without it as fast as it goes")
    asked = words.parse_args()
    kept = {"seed": asked.seed, "pace": asked.pace}
    outcome: payments.Outcome | referrals.Outcome
    if asked.payments:
        with running_board() as board:
            outcome = payments.run(board, asked.payments, asked.replicas, asked.kills, **kept)
    else:
        outcome = referrals.run(asked.requests, asked.replicas, asked.kills, **kept)
    print(outcome.page())  # noqa: T201
    return 0 if outcome.is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
