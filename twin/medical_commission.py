"""The medical commission, as docs/systems/medical_commission.md has it: referrals once each, boards that decide.

Files move only when they are told to: by the control API (`PUT /_twin/commission`), or by themselves, one stage each
`stage_seconds` of the twin's clock, where that is set.
"""

import msgspec

from twin.clock import Clock
from twin.commission_books import PLACE, CommissionBooks, Referral
from twin.counts import Counts
from twin.faults import Faults
from twin.json_desk import Answer, Operation
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

    realm, path, prefix = "commission", "/v1/referrals", "CM"

    def __init__(self, faults: Faults, counts: Counts, clock: Clock) -> None:
        super().__init__(NAME, (USERNAME, PASSWORD), faults, counts, clock)
        self.reset()

    def reset(self) -> None:
        self.conditions = CommissionConditions()
        self.books: CommissionBooks = CommissionBooks(self._clock)

    def openings(self) -> list[Operation]:
        return [self.operation(self.path, Referral, self._refer)]

    def _refer(self, asked: Referral) -> Answer:
        self.books.refer(asked)
        return self.file_of(asked.reference)

    def file_of(self, reference: str) -> Answer:
        file = self.books.file(reference)
        if file is None:
            return {"result": "NOT_FOUND"}
        if self.conditions.stage_seconds:
            self.books.move_on(file, self.conditions)
        return {"result": "OK", "file": self.books.row(file)}
