"""Kills a process at each boundary of each step of a scenario's flows, starts it again, and looks what was reached.

The boundaries are the flows' own steps times the engine's moments, and the commits of whoever begins or changes
something; a first life that is not killed tells which of them the scenario meets, and it must meet all steps.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.journeys.processes import ends_with_us

Point = tuple[str, str, str]


class Lives:
    """A process that forks lives; see `tests.requests.lives`."""

    def __init__(self, scenario: str, place: dict[str, Any], folder: Path) -> None:
        self._scenario, self._place, self._output = scenario, place, folder / "reached.json"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.requests.lives"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            preexec_fn=ends_with_us,
        )
        assert self._heard() == "ready"

    def live(self, name: str, point: Point | None = None, meeting: int = 0, **place: Any) -> int:
        """Runs one life to its end: its exit code. `name` keeps the stores of one story apart from those of others."""
        assert self._process.stdin
        life = {
            "scenario": self._scenario,
            "place": self._place | place | {"story": name},
            "point": [*point, meeting] if point else None,
            "output": str(self._output),
        }
        self._output.unlink(missing_ok=True)
        self._process.stdin.write(json.dumps(life) + "\n")
        return int(self._heard())

    def reached(self) -> dict[str, Any]:
        """What the last life told."""
        said: dict[str, Any] = json.loads(self._output.read_text())
        return said

    @property
    def log(self) -> str:
        path = Path(f"{self._output}.log")
        return path.read_text(errors="replace")[-4_000:] if path.exists() else ""

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def _heard(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def story_of(point: Point | None, meeting: int = 0) -> str:
    return "-".join((*point, str(meeting))) if point else "whole"
