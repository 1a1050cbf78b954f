"""The arithmetic of the tables: ratios within a round, by the speed of the core just then."""

import pytest

from bench.goals import GOALS, against_goals
from bench.measure import Sample
from bench.plot import drawn
from bench.tables import cells, cpu, matrix, noise, ratio, short, table, throughput
from bench.targets import ALL


def sample(target: str, number: int, cpu_ms: float, *, calibration: float = 20.0, a_second: float = 100.0) -> Sample:
    return Sample(
        target=target,
        query="Q1",
        mode="cold",
        delay=0,
        round=number,
        cpu_ms=cpu_ms,
        per_second=a_second,
        least=0.5,
        p50=1.0,
        p90=2.0,
        p99=3.0,
        largest=4.0,
        done=100,
        bad=0,
        lost=0,
        calibration=calibration,
        used=1.0,
        foreign=0.1,
        load_core=0.5,
        memory_mb=50.0,
        calls=3.0,
    )


def test_a_ratio_is_the_median_of_the_ratios_within_a_round() -> None:
    mine = {1: sample("ours", 1, 1.0), 2: sample("ours", 2, 2.0), 3: sample("ours", 3, 4.0)}
    theirs = {1: sample("peer", 1, 3.0), 2: sample("peer", 2, 10.0), 3: sample("peer", 3, 8.0)}
    assert ratio(theirs, mine, cpu) == pytest.approx(3.0)  # of 3, 5 and 2, not of the medians, which would be 4


def test_a_slow_minute_of_the_machine_falls_out_of_a_ratio_of_cpu() -> None:
    mine = {1: sample("ours", 1, 2.0, calibration=40.0)}
    theirs = {1: sample("peer", 1, 2.0, calibration=20.0)}
    assert ratio(theirs, mine, cpu) == pytest.approx(2.0)


def test_only_rounds_that_both_had_are_compared() -> None:
    mine, theirs = {1: sample("ours", 1, 1.0)}, {2: sample("peer", 2, 1.0)}
    assert ratio(theirs, mine, cpu) is None
    theirs[1] = sample("peer", 1, 7.0)
    assert ratio(theirs, mine, cpu) == pytest.approx(7.0)


def test_throughput_is_compared_the_other_way_round() -> None:
    mine, theirs = {1: sample("ours", 1, 1.0, a_second=300.0)}, {1: sample("peer", 1, 1.0, a_second=100.0)}
    assert ratio(mine, theirs, throughput) == pytest.approx(3.0)


def test_a_table_shows_what_each_target_needs_beside_ours() -> None:
    samples = [sample("ours", 1, 0.5, a_second=200.0), sample("peer", 1, 2.0, a_second=50.0)]
    ((cell, by),) = cells(samples).items()
    text = table(cell, by, "ours")
    assert "**Q1, cold, each system 0 ms**" in text
    assert "| ours | 0.5 | 200 | 1 | 3 | 3 | 50 | 1 | 1 |" in text
    assert "| peer | 2 | 50 | 1 | 3 | 3 | 50 | 4 | 4 |" in text
    assert "| A peer | 4 |" in matrix({cell: by}, "ours", {"peer": "A peer"})


def test_a_goal_is_told_beside_what_was_reached_and_bold_where_it_is() -> None:
    samples = [sample("ours", 1, 2.0), sample("strawberry", 1, 45.0), sample("apollo", 1, 3.0), sample("raw", 1, 0.1)]
    told = against_goals(cells(samples), "ours", {"apollo": "Apollo Server"})
    assert "| strawberry | **22.5 / 20** | - / 13 |" in told
    assert "| Apollo Server | 1.5 / 2 |" in told
    assert "| raw" not in told
    assert against_goals(cells(samples[:1]), "ours", {}) == ""
    assert GOALS.keys() <= ALL.keys()


def test_noise_says_how_far_the_rounds_of_a_cell_are_apart() -> None:
    said = noise([sample("ours", 1, 1.0), sample("ours", 2, 1.5)])
    assert "2 samples" in said
    assert "40%" in said


def test_the_plot_has_a_bar_for_each_target_and_the_shortest_on_top() -> None:
    svg = drawn(cells([sample("peer", 1, 2.0), sample("ours", 1, 0.5)]), {"ours": "We <here>"})
    assert svg.count("<rect") == 3  # one of them is the paper
    assert svg.index("We &lt;here&gt;") < svg.index("peer")


def test_figures_have_three_digits() -> None:
    assert [short(value) for value in (0.01234, 1.2345, 12.345, 123.45, 12345.6, None)] == [
        "0.0123",
        "1.23",
        "12.3",
        "123",
        "12346",
        "-",
    ]
