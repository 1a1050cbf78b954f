"""An office of case files. Files move one stage each `stage_seconds` of the twin's clock, or when told."""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Faults
from twin.json_lies import said
from twin.offices.books import Case, CaseBooks
from twin.offices.desk import desks_of
from twin.offices.filing import Act, Search
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

    realm = "cases"

    def __init__(self, name: str, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        super().__init__(name, USERNAME, PASSWORD, faults, counts, clock)
        self.prefix = PREFIXES[name]
        self._world, self._desks = world, desks_of(name)
        self.app = Starlette(
            routes=[
                Route("/v1/cases/search", self._search, methods=["POST"]),
                Route("/v1/cases/acts", self._act, methods=["POST"]),
                Route("/v1/cases/{service}", self._open, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.conditions = OfficeConditions()
        self.books = CaseBooks(self._world, self.prefix, self._clock)

    async def _open(self, request: Request) -> Response:
        if request.path_params["service"] not in self._desks:
            return said({"result": "NO_SUCH_SERVICE"}, 404)
        return await self.answer(request, "cases", Case)

    async def _search(self, request: Request) -> Response:
        return await self.answer(request, "cases/search", Search)

    async def _act(self, request: Request) -> Response:
        return await self.answer(request, "cases/acts", Act)

    def done(self, asked: Case | Search | Act, request: Request) -> dict[str, Any]:
        match asked:
            case Case():
                self.books.open(asked, self._desks[request.path_params["service"]])
            case Act():
                if not self.books.act(asked):
                    return {"result": "NOT_FOUND"}
        return self.file_of(asked.reference)

    def file_of(self, reference: str) -> dict[str, Any]:
        file = self.books.files.get(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds is not None:
            self.books.move_on(file, self.conditions.stage_seconds)
        return {"result": "OK", "file": self.books.row(file)}
