"""How often each operation of each system was called, for whom, and how many calls ran at once."""

import itertools
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec

from twin.faults import SYSTEMS

CALLS_KEPT = 10_000

Noted = list[tuple[str, str, Sequence[str]]]  # calls, as `Counts.count` was told of them
_NOTES: ContextVar[Noted | None] = ContextVar("calls_noted", default=None)

OFFICES = ("branch_counter", "short_term_benefits")


@contextmanager
def noting(notes: Noted) -> Iterator[None]:
    """Each call that is counted in this context stands in `notes` as well."""
    token = _NOTES.set(notes)
    try:
        yield
    finally:
        _NOTES.reset(token)


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call as the log keeps it. `keys` are what was asked for: synthetic national codes and the like."""

    number: int
    system: str
    operation: str
    keys: tuple[str, ...]


class Counts:
    """`system` is one of `faults.SYSTEMS`: civil_registry, bank_refah and so on, branch_databases.0070 for a branch."""

    def __init__(self) -> None:
        self._running: Counter[tuple[str, str]] = Counter()
        self._running_by_key: Counter[tuple[str, str, str]] = Counter()
        self.reset()

    def reset(self) -> None:
        """Forgets counts and calls; what is in flight stays in flight."""
        self._calls: Counter[tuple[str, str]] = Counter()
        self._log: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._numbers = itertools.count(1)
        self._most: dict[tuple[str, str], int] = {}
        self._most_by_key: dict[tuple[str, str], int] = {}
        self._most_of_all = 0

    def count(self, system: str, operation: str, keys: Sequence[str] = ()) -> None:
        """Counts a call when it arrives, whatever becomes of it."""
        self._calls[system, operation] += 1
        self._log.append(Call(number=next(self._numbers), system=system, operation=operation, keys=tuple(keys)))
        notes = _NOTES.get()
        if notes is not None:
            notes.append((system, operation, keys))

    @contextmanager
    def in_flight(self, system: str, operation: str, keys: Sequence[str] = ()) -> Iterator[None]:
        """Around the work on a call. Does not count it."""
        self.started(system, operation, keys)
        try:
            yield
        finally:
            self.finished(system, operation, keys)

    def started(self, system: str, operation: str, keys: Sequence[str] = ()) -> None:
        place = (system, operation)
        self._running[place] += 1
        self._most[place] = max(self._most.get(place, 0), self._running[place])
        self._most_of_all = max(self._most_of_all, self._running.total())
        for key in keys:
            self._running_by_key[(*place, key)] += 1
            self._most_by_key[place] = max(self._most_by_key.get(place, 0), self._running_by_key[(*place, key)])

    def finished(self, system: str, operation: str, keys: Sequence[str] = ()) -> None:
        """Must follow each `started`, with the same arguments."""
        self._running[system, operation] -= 1
        for key in keys:
            self._running_by_key[system, operation, key] -= 1
            if not self._running_by_key[system, operation, key]:
                del self._running_by_key[system, operation, key]

    def calls(self, system: str | None = None) -> list[Call]:
        """The last calls, oldest first; of one system, where branch_databases stands for all branches."""
        return [c for c in self._log if system is None or c.system == system or c.system.startswith(f"{system}.")]

    def as_json(self) -> dict[str, Any]:
        """By system and operation, branches one level deeper; `in_flight_max` and `in_flight_max_by_key` likewise.

        `in_flight_max_of_all` is how many calls of all systems ran at the same moment.
        """
        return _nested(self._calls) | {
            "in_flight_max": _nested(self._most),
            "in_flight_max_by_key": _nested(self._most_by_key),
            "in_flight_max_of_all": self._most_of_all,
        }


def _nested(figures: dict[tuple[str, str], int]) -> dict[str, Any]:
    tree: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for system in SYSTEMS:
        if "." not in system:
            tree[system] = {}
    for (system, operation), figure in sorted(figures.items()):
        family, _, branch = system.partition(".")
        place = tree[family].setdefault(branch, {}) if branch else tree[family]
        place[operation] = figure
    return dict(tree)
