"""Whatever is asked of whatever values, the compiled executor answers as graphql-core does."""

import asyncio
import gc
import os
import random

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
SHARES = 2  # each a test of its own, so that the workers can take turns
A_DOCUMENT = 5  # cases of one drawn document: drawing it costs more than writing it anew

SDL = SCHEMA.as_str()
QUERIES = queries(SDL, print_ast=lambda document: document)
MUTATIONS = mutations(SDL, print_ast=lambda document: document)


# graphql-core drops coroutines of its own where a null spreads, and not every frame lets Python say so. That ours are
# all awaited, unit tests show.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("share", range(SHARES))
def test_answers_are_those_of_graphql_core(share: int) -> None:
    tally = Tally()
    with asyncio.Runner() as runner:

        @seed(FIRST_SEED + share)
        @settings(
            max_examples=max(CASES // SHARES // A_DOCUMENT, 1),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(st.one_of(QUERIES, QUERIES, QUERIES, QUERIES, MUTATIONS), st.integers(0, 2**32))
        def hold(document: DocumentNode, first: int) -> None:
            for number in range(A_DOCUMENT):
                case = case_of(document, first + number)
                wrongs = runner.run(tried(case, tally))
                assert not wrongs, told(case, wrongs)

        try:
            hold()
        finally:
            gc.collect()  # while what the oracle dropped is still let pass

    assert tally.cases >= CASES // SHARES * 0.9
    for what, floor in FLOORS.items() if CASES >= ENOUGH_FOR_FLOORS else ():
        assert tally.of[what] >= floor * tally.cases, f"too few cases {what} for this to prove anything: {tally}"
    print(f"seed {FIRST_SEED + share}: {tally}")  # noqa: T201 - shown with -rP, and where it fails
