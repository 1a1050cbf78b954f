"""Whatever is asked of whatever values, the compiled executor answers as graphql-core does."""

import asyncio
import gc
import os
import random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries

from tests.executor.oracle.hostile import SCHEMA
from tests.executor.oracle.trial import Tally, case_of, told, tried

CASES = int(os.environ.get("EXECUTOR_CASES", "500"))
FRESH = "EXECUTOR_CASES" in os.environ and "EXECUTOR_SEED" not in os.environ
FIRST_SEED = int(os.environ.get("EXECUTOR_SEED", "0")) or (random.SystemRandom().randrange(10**9) if FRESH else 1)
SHARES = 4  # each a test of its own, so that the workers can take turns
A_DOCUMENT = 5  # cases of one drawn document: drawing costs more than rewriting

DOCUMENTS = st.one_of(*[queries(SCHEMA.as_str(), print_ast=lambda document: document)] * 4, mutations(SCHEMA.as_str(), print_ast=lambda document: document))


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
        @given(DOCUMENTS, st.integers(0, 2**32))
        def hold(document, first):
            for number in range(A_DOCUMENT):
                case = case_of(document, first + number)
                wrongs = runner.run(tried(case, tally))
                assert not wrongs, told(case, wrongs)

        try:
            hold()
        finally:
            gc.collect()  # while what the oracle dropped is still let pass
    print(tally)
