"""The medical commission, as docs/systems/medical_commission.md has it: referrals once each, boards that decide.

Files move only when they are told to: by the control API (`PUT /_twin/commission`), or by themselves, one stage each
`stage_seconds` of the twin's clock, where that is set.
"""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.clock import Clock
from twin.commission_books import PLACE, CommissionBooks, Referral
from twin.counts import Counts
from twin.faults import Faults
from twin.offices.filing import Act, Search
from twin.offices.serving import Office

NAME = "medical_commission"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-commission-91"


class CommissionConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`stage_seconds`: a file moves one stage so often; 0: only when told. `outcome`: APPROVED or REJECTED, of the
    first board; the board of appeal always approves. `asks`: whether the board asks for information on its way."""

    stage_seconds: float = 0.0
    outcome: str = "APPROVED"
    asks: bool = False

    def __post_init__(self) -> None:
        if self.outcome not in {"APPROVED", "REJECTED"}:
            raise ValueError("`outcome` must be APPROVED or REJECTED")
        if not 0 <= self.stage_seconds <= 1e9:
            raise ValueError("`stage_seconds` must not be negative")


class Move(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What the control API tells of one file."""

    state: str
    needs: str | None = None
    note: str | None = None
    in_days: float | None = None  # of a session
    place: str = PLACE


class MedicalCommission(Office):
    """Keeps its books until `reset`."""

    realm, prefix = "commission", "CM"

    def __init__(self, faults: Faults, counts: Counts, clock: Clock) -> None:
        super().__init__(NAME, USERNAME, PASSWORD, faults, counts, clock)
        self.app = Starlette(
            routes=[
                Route("/v1/referrals", self._refer, methods=["POST"]),
                Route("/v1/referrals/search", self._search, methods=["POST"]),
                Route("/v1/referrals/acts", self._act, methods=["POST"]),
            ]
        )
        self.reset()

    def reset(self) -> None:
        self.conditions = CommissionConditions()
        self.books = CommissionBooks(self._clock)

    async def _refer(self, request: Request) -> Response:
        return await self.answer(request, "referrals", Referral)

    async def _search(self, request: Request) -> Response:
        return await self.answer(request, "referrals/search", Search)

    async def _act(self, request: Request) -> Response:
        return await self.answer(request, "referrals/acts", Act)

    def done(self, asked: Referral | Search | Act, request: Request) -> dict[str, Any]:
        match asked:
            case Referral():
                self.books.refer(asked)
            case Act():
                if not self.books.act(asked):
                    return {"result": "NOT_FOUND"}
        return self.file_of(asked.reference)

    def file_of(self, reference: str) -> dict[str, Any]:
        file = self.books.file(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds:
            self.books.move_on(file, self.conditions)
        return {"result": "OK", "file": self.books.row(file)}
