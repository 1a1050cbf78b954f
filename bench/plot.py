"""Bars of CPU a request as an SVG, written by hand: a panel a query, a logarithmic axis, the shortest bar on top."""

import math
import statistics
from collections.abc import Mapping
from xml.sax.saxutils import escape

from bench.tables import By, Cell, short

NAMES, BARS, ROW, GAP, TITLE = 400, 420, 20, 34, 30
OURS, OTHERS = "#1b6ca8", "#9aa5ae"


def drawn(found: Mapping[Cell, By], titles: Mapping[str, str]) -> str:
    """The medians over the rounds, in milliseconds."""
    width = NAMES + BARS + 90
    parts: list[str] = []
    top = 0
    for (mode, query, delay), by in found.items():
        medians = {name: statistics.median(one.cpu_ms for one in rounds.values()) for name, rounds in by.items()}
        title = f"{query} {mode}" + (f", each system {delay:g} ms" if delay else "") + ": CPU ms a request"
        parts.append(_panel(title, medians, titles, top))
        top += TITLE + len(medians) * ROW + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{max(top, 1)}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _panel(title: str, medians: Mapping[str, float], titles: Mapping[str, str], top: int) -> str:
    least = min(medians.values(), default=1.0)
    most = max(medians.values(), default=1.0)
    floor = 10 ** math.floor(math.log10(max(least, 1e-4)))
    decades = max(1e-9, math.log10(max(most, floor * 10)) - math.log10(floor))
    lines = [f'<text x="8" y="{top + 20}" font-weight="bold">{escape(title)}</text>']
    for number, (name, value) in enumerate(sorted(medians.items(), key=lambda item: item[1])):
        y = top + TITLE + number * ROW
        length = max(2.0, BARS * (math.log10(max(value, floor)) - math.log10(floor)) / decades)
        colour = OURS if name.startswith("ours") else OTHERS
        lines += [
            f'<text x="{NAMES - 8}" y="{y + 14}" text-anchor="end">{escape(titles.get(name, name))}</text>',
            f'<rect x="{NAMES}" y="{y + 3}" width="{length:.0f}" height="{ROW - 6}" fill="{colour}"/>',
            f'<text x="{NAMES + length + 6:.0f}" y="{y + 14}">{short(value)}</text>',
        ]
    return "\n".join(lines)
