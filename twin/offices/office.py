"""An office of case files. Files move one stage each `stage_seconds` of the twin's clock, or when told."""

from collections.abc import Callable

import msgspec

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, Operation
from twin.offices.books import Case, CaseBooks
from twin.offices.desk import Desk, desks_of
from twin.offices.serving import Office
from twin.world import World

USERNAME, PASSWORD = "tamin-sandbox", "sandbox-case-files"
PREFIXES = {"branch_counter": "BC", "short_term_benefits": "ST"}


class OfficeConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`stage_seconds`: a file moves one stage so often; None: only when told."""

    stage_seconds: float | None = None

    def __post_init__(self) -> None:
        if self.stage_seconds is not None and not 0 <= self.stage_seconds <= 1e9:
            raise ValueError("`stage_seconds` must not be negative")


class FileMove(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    state: str
    needs: str | None = None
    note: str | None = None


class CaseOffice(Office):
    """Keeps its books until `reset`."""

    realm, path = "cases", "/v1/cases"

    def __init__(self, name: str, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self.prefix = PREFIXES[name]
        self._world, self._desks = world, desks_of(name)
        super().__init__(name, (USERNAME, PASSWORD), faults, counts, clock)
        self.reset()

    def reset(self) -> None:
        self.conditions = OfficeConditions()
        self.books: CaseBooks = CaseBooks(self._world, self.prefix, self._clock)

    def openings(self) -> list[Operation]:
        return [
            self.operation(f"{self.path}/{name}", Case, self._opened_at(desk), counted_as="cases")
            for name, desk in self._desks.items()
        ]

    def _opened_at(self, desk: Desk) -> Callable[[Case], Answer]:
        def opened(asked: Case) -> Answer:
            self.books.open(asked, desk)
            return self.file_of(asked.reference)

        return opened

    def file_of(self, reference: str) -> Answer:
        file = self.books.files.get(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds is not None:
            self.books.move_on(file, self.conditions.stage_seconds)
        return {"result": "OK", "file": self.books.row(file)}
