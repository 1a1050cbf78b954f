"""An office's books: one file a reference, one entry an act, whatever is sent twice."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from twin.clock import Clock
from twin.commission_books import OVER, STATES, Act, Document
from twin.offices.desk import Desk
from twin.world import World

DAY = 86_400
PLACE = "شعبه، اتاق هیئت"


class Case(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    tracking_code: str
    applicant_code: str
    form: dict[str, Any]
    documents: list[Document]


@dataclass
class CaseFile:
    """`received` counts how often the case came; only the first made it."""

    case: Case
    desk: Desk
    number: str
    state: str
    changed_at: float
    board: int = 1
    needs: str | None = None
    note: str | None = None
    session: tuple[float, str] | None = None
    results: Mapping[str, str] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    received: int = 1


class CaseBooks:
    def __init__(self, world: World, prefix: str, clock: Clock) -> None:
        self._world, self._prefix, self._clock = world, prefix, clock
        self._numbers = itertools.count(1)
        self.files: dict[str, CaseFile] = {}

    def open(self, case: Case, desk: Desk) -> CaseFile:
        known = self.files.get(case.reference)
        if known is not None:
            known.received += 1
            return known
        number = f"{self._prefix}-{self._clock.now().year}-{next(self._numbers):06}"
        file = CaseFile(case, desk, number, "RECEIVED", self._clock.time())
        self.files[case.reference] = file
        return file

    def act(self, act: Act) -> bool:
        """False where there is no such file."""
        file = self.files.get(act.reference)
        if file is None:
            return False
        if act.act_reference in file.acts:
            return True
        file.acts[act.act_reference] = act
        if act.kind == "withdrawal" and file.state not in OVER:
            self.move(file, "WITHDRAWN")
        if act.kind == "supplement" and file.state == "NEEDS_INFORMATION":
            self.move(file, "IN_REVIEW")
        if act.kind == "appeal" and file.state == "REJECTED" and file.board == 1:
            file.board = 2
            self.move(file, "IN_REVIEW")
        return True

    def move(self, file: CaseFile, state: str, *, needs: str | None = None, note: str | None = None) -> None:
        """Raises ValueError for a state that is none. To APPROVED or REJECTED the desk adds what it decides."""
        if state not in STATES:
            raise ValueError(f"`state` must be one of {', '.join(STATES)}")
        file.state, file.changed_at, file.needs, file.note = state, self._clock.time(), needs, note
        if state == "SCHEDULED":
            file.session = (self._clock.time() + 7 * DAY, PLACE)
        if state == "APPROVED":
            decided = file.desk.decide(self._world, file.case.applicant_code, file.case.form)
            file.results, file.note = decided.results, note or decided.note

    def move_on(self, file: CaseFile, stage_seconds: float) -> None:
        """One stage for each `stage_seconds` that went by since the last."""
        while file.state not in OVER and self._clock.time() - file.changed_at >= stage_seconds:
            reached = file.changed_at + stage_seconds
            match file.state:
                case "RECEIVED":
                    self.move(file, "IN_REVIEW")
                case "IN_REVIEW" if file.desk.hearing and file.session is None:
                    self.move(file, "SCHEDULED")
                case "IN_REVIEW" | "SCHEDULED":
                    decided = file.desk.decide(self._world, file.case.applicant_code, file.case.form)
                    self.move(file, "APPROVED" if decided.approved else "REJECTED", note=decided.note)
                case "NEEDS_INFORMATION":
                    return  # until it comes
            file.changed_at = reached

    def row(self, file: CaseFile) -> dict[str, Any]:
        """A file on the wire."""
        session = {"at": int(file.session[0] * 1000), "place": file.session[1]} if file.session else None
        return {
            "reference": file.case.reference,
            "number": file.number,
            "state": STATES[file.state],
            "board": file.board,
            "changedAt": int(file.changed_at * 1000),
            "needs": file.needs,
            "note": file.note,
            "session": session,
            "results": dict(file.results),
        }

    def summary(self) -> list[dict[str, Any]]:
        """For tests: what became of each reference; contents and persons stay out."""
        return [
            {
                "reference": reference,
                "number": file.number,
                "trackingCode": file.case.tracking_code,
                "service": file.desk.path,
                "documents": len(file.case.documents),
                "state": file.state,
                "received": file.received,
                "acts": [act.kind for act in file.acts.values()],
            }
            for reference, file in self.files.items()
        ]
