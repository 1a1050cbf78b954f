"""A cycle that is killed in the middle and started again takes nobody twice and leaves nobody out.

Some hundred persons and one kill here; `python -m tests.requests.cycles.proof` does it with tens of thousands.
"""

from pathlib import Path

import pytest

from tests.requests.cycles.country import ends_judged, ends_of, judged, running_country, wanted_of

SINCE = ("--month", "1405-07", "--since", "1370-01")

pytestmark = pytest.mark.timeout(300)


def test_killed_in_the_middle_and_started_again_nobody_is_taken_twice_and_nobody_left_out(tmp_path: Path) -> None:
    country = running_country(tmp_path, people=400, seed=3070, branches="sqlite", batch=10, cache=tmp_path / "cache")
    with country as running:
        wanted = wanted_of(running.world, 140507, 137001)
        cases = wanted.cases.total()
        assert cases > 100
        assert len(wanted.granted) > 5
        allowance = ("run", "marriage-allowance", *SINCE)
        reached = running.killed_once("outcome IS NOT NULL", cases // 2, *allowance)
        assert reached < cases, "it was killed before it was through"
        figures = judged(running, wanted, running.runs(*allowance))
        assert figures["cases"] == cases

        ends = ends_of(running.world, 140507, 137001)
        assert ends.ended
        figures = ends_judged(running, ends, running.runs("run", "daughters", *SINCE))
        assert figures["ended"] == len(ends.ended)
