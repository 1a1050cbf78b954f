"""A planted defect: a small change of the code that somebody could make and believe in."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Defect:
    """`before` stands once in `file`, and `after` in its place is the defect; `also` are further such changes."""

    name: str
    file: str
    before: str
    after: str
    also: tuple[tuple[str, str, str], ...] = ()

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        return ((self.file, self.before, self.after), *self.also)

    def plant(self, root: Path) -> None:
        """Raises ValueError where the code has moved on and the defect must be written anew."""
        for file, before, after in self.changes:
            text = (root / file).read_text()
            if text.count(before) != 1:
                raise ValueError(
                    f"{self.name}: {file} holds what is to be changed {text.count(before)} times, not once"
                )
            (root / file).write_text(text.replace(before, after))
