"""What this gateway set out to reach beside its peers: how many times their CPU a request is of ours, guards on."""

from collections.abc import Mapping

from bench.tables import By, Cell, cpu, ratio, short

_COLUMNS = (("cold", "Q1"), ("cold", "Q2"), ("warm", "Q1"), ("warm", "Q2"), ("warm", "Q3"))
GOALS: Mapping[str, tuple[float, ...]] = {
    "strawberry": (20, 13, 25, 20, 30),
    "apollo": (2, 4, 2.5, 5, 1),
    "yoga-jit": (1.3, 2, 1.5, 1.3, 1.3),
    "mercurius-jit": (1, 2, 1, 1.7, 0.4),
    "handwritten": (0.9, 0.9, 1.2, 1, 1),
}


def against_goals(found: Mapping[Cell, By], ours: str, titles: Mapping[str, str]) -> str:
    """A table of what was reached of each goal, bold where it is; empty where no peer with a goal was measured."""
    cells = [(f"{query} {mode}", found.get((mode, query, 0), {})) for mode, query in _COLUMNS]
    peers = [name for name in GOALS if any(name in by and ours in by for _, by in cells)]
    if not peers:
        return ""
    lines = [
        "\n**Against the goals**: reached / goal, in times our CPU a request\n",
        "| peer | " + " | ".join(title for title, _ in cells) + " |",
        "| --- " * (len(cells) + 1) + "|",
    ]
    for name in peers:
        told = [
            _told(ratio(by[name], by[ours], cpu) if name in by and ours in by else None, goal)
            for (_, by), goal in zip(cells, GOALS[name], strict=True)
        ]
        lines.append(f"| {titles.get(name, name)} | " + " | ".join(told) + " |")
    return "\n".join(lines)


def _told(reached: float | None, goal: float) -> str:
    if reached is None:
        return f"- / {goal:g}"
    said = f"{short(reached)} / {goal:g}"
    return f"**{said}**" if reached >= goal else said
