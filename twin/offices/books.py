"""The books of an office that decides at a desk for each service."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from twin.clock import Clock
from twin.offices.desk import Desk
from twin.offices.filing import OVER, Books, Document, File
from twin.world import World

PLACE = "شعبه، اتاق هیئت"


class Case(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    tracking_code: str
    applicant_code: str
    form: dict[str, Any]
    documents: list[Document]


@dataclass(kw_only=True)
class CaseFile(File):
    case: Case
    desk: Desk
    results: Mapping[str, str] = field(default_factory=dict)


class CaseBooks(Books[CaseFile]):
    def __init__(self, world: World, prefix: str, clock: Clock) -> None:
        super().__init__(clock, PLACE)
        self._world, self._prefix = world, prefix
        self._numbers = itertools.count(1)

    def open(self, case: Case, desk: Desk) -> CaseFile:
        known = self.files.get(case.reference)
        if known is not None:
            known.received += 1
            return known
        file = CaseFile(
            reference=case.reference,
            case=case,
            desk=desk,
            number=f"{self._prefix}-{self._clock.now().year}-{next(self._numbers):06}",
            state="RECEIVED",
            changed_at=self._clock.time(),
        )
        self.files[case.reference] = file
        return file

    def move(self, file: CaseFile, state: str, **said: Any) -> None:
        """What a decision says more than its state the desk says, where it would decide so itself."""
        super().move(file, state, **said)
        if state in ("APPROVED", "REJECTED"):
            decided = file.desk.decide(self._world, file.case.applicant_code, file.case.form)
            if decided.approved == (state == "APPROVED"):
                file.results, file.note = decided.results, file.note or decided.note

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
                    self.move(file, "APPROVED" if decided.approved else "REJECTED")
                case "NEEDS_INFORMATION":
                    return  # until it comes
            file.changed_at = reached

    def row(self, file: CaseFile) -> dict[str, Any]:
        return super().row(file) | {"results": dict(file.results)}

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
