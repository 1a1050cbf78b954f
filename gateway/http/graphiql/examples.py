"""The example queries, read from `examples/`. A file's head has its title in English, in Persian, and its variables."""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec

_FOLDER = Path(__file__).parent / "examples"
_HEAD = re.compile(
    r"# (?P<title>[^\n]+)\n# (?P<title_fa>[^\n]+)\n(?:# variables: (?P<variables>[^\n]+)\n)?\n(?P<rest>.+)", re.DOTALL
)


class Example(NamedTuple):
    """`query` is what the editor shows, its titles as comments; `variables` is JSON, laid out, or empty."""

    name: str
    title: str
    title_fa: str
    query: str
    variables: str


def _example(path: Path) -> Example:
    """Raises ValueError for a file without its head: a broken example must not reach the page."""
    found = _HEAD.fullmatch(path.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(
            f"{path.name} must begin with its title in English, in Persian, its variables, and an empty line"
        )
    variables = found["variables"]
    return Example(
        name=path.stem,
        title=found["title"],
        title_fa=found["title_fa"],
        query=f"# {found['title']}\n# {found['title_fa']}\n\n{found['rest']}",
        variables=msgspec.json.format(variables.encode(), indent=2).decode() if variables else "",
    )


EXAMPLES = tuple(_example(path) for path in sorted(_FOLDER.glob("*.graphql")))
