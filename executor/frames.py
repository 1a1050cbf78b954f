"""Where in an answer execution is: objects of one selection that were reached together, and places in their fields."""

from typing import Any, NamedTuple

from executor.contacts import Path
from executor.selection import FieldPlan, Selected

Below = tuple[int, ...]  # places in the lists of one value, outermost first


class Frame:
    """`above` and `field` led here; `at` says from which object of that frame, `below` where in the field's lists."""

    __slots__ = ("above", "at", "below", "field", "outs", "selected", "sources")

    def __init__(self, selected: Selected, above: "Frame | None", field: FieldPlan | None) -> None:
        self.selected, self.above, self.field = selected, above, field
        self.sources: list[Any] = []
        self.outs: list[dict[str, Any]] = []
        self.at: list[int] = []
        self.below: list[Below] = []

    def add(self, source: Any, out: dict[str, Any], at: int, below: Below) -> None:
        self.sources.append(source)
        self.outs.append(out)
        self.at.append(at)
        self.below.append(below)

    def path(self, i: int) -> list[str | int]:
        if self.above is None or self.field is None:
            return []
        return [*self.above.path(self.at[i]), self.field.key, *self.below[i]]

    def typed_path(self, i: int) -> Path | None:
        """As graphql-core has it, with the names of types."""
        if self.above is None or self.field is None:
            return None
        path = Path(self.above.typed_path(self.at[i]), self.field.key, self.field.parent.name)
        for index in self.below[i]:
            path = Path(path, index, None)
        return path


class Spot(NamedTuple):
    """Where a value belongs: in the field of an object `i` of a frame, or `below` in its lists, as what type."""

    i: int
    below: Below
    type: Any


Position = tuple[Frame, int, str, Below]  # an object of a frame, a field of it, and where below

# Frames that a column leads to, by their type and by whether all their fields are left to columns.
Children = dict[tuple[str, bool], Frame]


def container(out: dict[str, Any], key: str, below: Below) -> tuple[Any, Any]:
    """What holds the value of a field, or one in its lists, and under which key or index."""
    holder: Any = out
    at: Any = key
    for index in below:
        holder, at = holder[at], index
    return holder, at
