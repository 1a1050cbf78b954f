"""Whatever is asked of whatever values, the compiled executor answers as graphql-core does."""

import asyncio
import gc
import os
import random
import traceback
from collections.abc import Iterator
from random import Random

import pytest
from graphql import DocumentNode
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries

from tests.executor.oracle.hostile import SCHEMA
from tests.executor.oracle.trial import Tally, case_of, told, tried

# So that nothing is proved on empty answers: the least share of the cases. docs/guide/proofs.md has what was reached.
# What is drawn changes with the code, so that they keep a distance from it.
FLOORS = {
    "answer data": 0.08,
    "bubble a null": 0.20,
    "run generated code": 0.25,
    "run a column of several": 0.02,
    "meet an abstract type": 0.12,
    "remember a fragment": 0.04,
    "are mutations": 0.06,
    "deny fields": 0.02,
    "have conditions": 0.20,
}
ENOUGH_FOR_FLOORS = 500
CASES = int(os.environ.get("EXECUTOR_CASES", "500"))
FRESH = "EXECUTOR_CASES" in os.environ and "EXECUTOR_SEED" not in os.environ
FIRST_SEED = int(os.environ.get("EXECUTOR_SEED", "0")) or (random.SystemRandom().randrange(10**9) if FRESH else 1)
# Each share is a test of its own, with an engine of Hypothesis of its own: what that keeps of all it drew ends with
# the share, and workers take turns. Of a few documents a tenth is drawn small, of many 50 are: hence no smaller shares.
A_SHARE = 5_000
SHARES = max(2, -(-CASES // A_SHARE))
A_DOCUMENT = 5  # cases of one drawn document: drawing it costs more than writing it anew

SDL = SCHEMA.as_str()
QUERIES = queries(SDL, print_ast=lambda document: document)
MUTATIONS = mutations(SDL, print_ast=lambda document: document)


@pytest.fixture
def young_garbage() -> Iterator[None]:
    """What stands now is not searched for garbage until the end, and what is made is searched seldom: with the
    thresholds that Python begins with, searches took a quarter to a third of a case."""
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
        gc.collect()  # the test has ended and holds nothing, and what graphql-core dropped is still let pass


# graphql-core drops coroutines of its own where a null spreads, and not every frame lets Python say so. That ours are
# all awaited, unit tests show.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("young_garbage")
@pytest.mark.parametrize("share", range(SHARES))
def test_answers_are_those_of_graphql_core(share: int, request: pytest.FixtureRequest) -> None:
    tally, worlds = Tally(), Random(FIRST_SEED + share)
    failed: list[str] = []

    with asyncio.Runner() as runner:

        @seed(FIRST_SEED + share)
        @settings(
            max_examples=max(CASES // SHARES // A_DOCUMENT, 1),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(st.one_of(QUERIES, QUERIES, QUERIES, QUERIES, MUTATIONS))
        def hold(document: DocumentNode) -> None:
            # A document that Hypothesis draws again, as it often does, meets worlds that it has not met. It would draw
            # one that failed again as well, and see it pass: so it is not told.
            for _ in range(A_DOCUMENT if not failed else 0):
                case = case_of(document, worlds.randrange(2**32))
                try:
                    wrongs = runner.run(tried(case, tally))
                except Exception:
                    wrongs = [traceback.format_exc()]
                if wrongs:
                    failed.append(told(case, wrongs))
                    break

        hold()

    again = f"EXECUTOR_CASES={CASES} EXECUTOR_SEED={FIRST_SEED} .venv/bin/pytest '{request.node.nodeid}'"
    assert not failed, f"{failed[0]}\n\nagain: {again}"
    assert tally.cases >= CASES // SHARES * 0.9
    for what, floor in FLOORS.items() if CASES >= ENOUGH_FOR_FLOORS else ():
        assert tally.of[what] >= floor * tally.cases, f"too few cases {what} for this to prove anything: {tally}"
    print(f"seed {FIRST_SEED + share}: {tally}")  # noqa: T201 - shown with -rP, and where it fails
