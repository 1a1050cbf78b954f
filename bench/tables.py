"""From samples to tables. A ratio is the median of the ratios within a round, CPU divided by the core's speed then."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bench.measure import Sample

Cell = tuple[str, str, float]  # mode, query, delay
By = dict[str, dict[int, Sample]]  # by target and round


def cells(samples: Iterable[Sample]) -> dict[Cell, By]:
    found: defaultdict[Cell, By] = defaultdict(dict)
    for one in samples:
        found[one.mode, one.query, one.delay].setdefault(one.target, {})[one.round] = one
    return dict(found)


def ratio(of: Mapping[int, Sample], to: Mapping[int, Sample], figure: Callable[[Sample], float]) -> float | None:
    """The median over the rounds that both have; None without one."""
    common = sorted(of.keys() & to.keys())
    if not common:
        return None
    return statistics.median(figure(of[n]) / max(figure(to[n]), 1e-9) for n in common)


def cpu(one: Sample) -> float:
    """CPU a request in units of the calibration loop: a slow minute of the machine falls out of it."""
    return one.cpu_ms / max(one.calibration, 1e-9)


def throughput(one: Sample) -> float:
    return one.per_second


def table(cell: Cell, by: By, ours: str) -> str:
    """One cell as Markdown; the ratios say how many times less CPU `ours` needs, and how many times more it answers."""
    mode, query, delay = cell
    compared = ours in by
    head = f"\n**{query}, {mode}, each system {delay:g} ms**\n\n"
    head += "| target | CPU ms | a second | p50 ms | p99 ms | calls | MB |"
    rule = "| --- | --- | --- | --- | --- | --- | --- |"
    if compared:
        head += f" CPU of {ours}: times less | throughput: times |"
        rule += " --- | --- |"
    lines = [head, rule]
    for name, rounds in by.items():
        taken = list(rounds.values())
        line = [
            name,
            *(short(median(taken, f)) for f in (_cpu_ms, throughput, _p50, _p99, _calls, _memory)),
        ]
        if compared:
            line += [short(ratio(rounds, by[ours], cpu)), short(ratio(by[ours], rounds, throughput))]
        lines.append("| " + " | ".join(line) + " |")
    return "\n".join(lines)


def matrix(found: Mapping[Cell, By], ours: str, titles: Mapping[str, str]) -> str:
    """How many times less CPU ours needs than each target, a column for each cell."""
    columns = list(found)
    names = list(dict.fromkeys(name for by in found.values() for name in by))
    head = [f"{query} {mode}{f' {delay:g} ms' if delay else ''}" for mode, query, delay in columns]
    lines = [
        f"\n**CPU a request: times that of {ours}**\n",
        "| target | " + " | ".join(head) + " |",
        "| --- " * (len(columns) + 1) + "|",
    ]
    for name in names:
        shown = [short(ratio(by[name], by[ours], cpu)) if name in by and ours in by else "" for by in found.values()]
        lines.append(f"| {titles.get(name, name)} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def noise(samples: Sequence[Sample]) -> str:
    if not samples:
        return ""
    foreign, calibrations = [one.foreign for one in samples], [one.calibration for one in samples]
    spreads = [
        (max(values) - min(values)) / statistics.median(values)
        for by in cells(samples).values()
        for rounds in by.values()
        if len(values := [one.cpu_ms for one in rounds.values()]) > 1
    ]
    return (
        f"\nNoise: {len(samples)} samples; others took {statistics.median(foreign):.0%} of the server's core in the "
        f"median, {max(foreign):.0%} at most; the calibration loop took {min(calibrations):.0f} to "
        f"{max(calibrations):.0f} ms; CPU a request differed between the rounds of a cell by "
        f"{statistics.median(spreads or [0]):.0%} in the median, {max(spreads or [0]):.0%} at most; bad answers "
        f"{sum(one.bad for one in samples)}, connections lost {sum(one.lost for one in samples)}."
    )


def median(taken: Sequence[Sample], figure: Callable[[Sample], float]) -> float:
    return statistics.median(map(figure, taken))


def short(value: float | None) -> str:
    """Three significant digits."""
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def _cpu_ms(one: Sample) -> float:
    return one.cpu_ms


def _p50(one: Sample) -> float:
    return one.p50


def _p99(one: Sample) -> float:
    return one.p99


def _calls(one: Sample) -> float:
    return one.calls


def _memory(one: Sample) -> float:
    return one.memory_mb
