"""No answer holds what the contract does not name, no system is asked for it, and nothing of it is shared."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from gateway.schema import build_schema
from gateway.schema.grantable import grantable_of
from tests.rights.property.trial import Case, Court, cases

# So that nothing is proved on empty answers: the least share of the cases in which something was released, refused,
# joined in flight, and answered from memory. docs/guide/proofs.md has the shares that were reached.
FLOORS = {"released": 0.30, "refused": 0.30, "joined": 0.05, "remembered": 0.10}
ENOUGH_FOR_FLOORS = 2_000
SHARES = 8  # each a test of its own, so that the workers can take turns
CASES = int(os.environ.get("RIGHTS_CASES", "2000"))
SHRINK = "RIGHTS_SHRINK" in os.environ
FRESH = "RIGHTS_CASES" in os.environ and "RIGHTS_SEED" not in os.environ
FIRST_SEED = int(os.environ.get("RIGHTS_SEED", "0")) or (random.SystemRandom().randrange(10**9) if FRESH else 1)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_is_released_asked_or_shared_without_a_right(share: int, tmp_path: Path) -> None:
    graph = build_schema()
    court = Court(graph, tmp_path, grantable_of(graph._schema))
    count: Counter[str] = Counter()

    with asyncio.Runner() as runner:

        @seed(FIRST_SEED + share)
        @settings(
            max_examples=CASES // SHARES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if SHRINK else [Phase.generate],
        )
        @given(cases(shrinkable=SHRINK))
        def hold(case: Case) -> None:
            outcome = runner.run(court.tried(case))
            assert not outcome.wrongs, "\n".join(outcome.wrongs)
            count["cases"] += 1
            count["released"] += outcome.released > 0
            count["refused"] += outcome.refused > 0
            count["joined"] += outcome.joined > 0
            count["remembered"] += outcome.remembered > 0

        hold()

    assert count["cases"] >= CASES // SHARES * 0.99
    for what, floor in FLOORS.items() if CASES >= ENOUGH_FOR_FLOORS else ():
        assert count[what] >= floor * count["cases"], f"too few cases are {what} for this to prove anything: {count}"
    print(f"seed {FIRST_SEED + share}: {dict(count)}")  # noqa: T201 - shown with -rP, and where it fails
