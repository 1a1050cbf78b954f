"""The commission's books: referrals, its two boards, and how they decide."""

import itertools
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from twin.clock import Clock
from twin.offices.filing import OVER, Books, Document, File

PLACE = "کمیسیون پزشکی تهران، طبقه دوم"


class Referral(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    tracking_code: str
    insured_code: str
    subject_code: str
    ground: int
    documents: list[Document]


class Conditions(Protocol):
    stage_seconds: float
    outcome: str
    asks: bool


@dataclass(kw_only=True)
class ReferralFile(File):
    referral: Referral
    asked: bool = False


class CommissionBooks(Books[ReferralFile]):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, PLACE)
        self._numbers = itertools.count(1)

    def refer(self, referral: Referral) -> ReferralFile:
        known = self.files.get(referral.reference)
        if known is not None:
            known.received += 1
            return known
        file = ReferralFile(
            reference=referral.reference,
            referral=referral,
            number=f"CM-{self._clock.now().year}-{next(self._numbers):06}",
            state="RECEIVED",
            changed_at=self._clock.time(),
        )
        self.files[referral.reference] = file
        return file

    def file(self, reference: str) -> ReferralFile | None:
        return self.files.get(reference)

    def move_on(self, file: ReferralFile, conditions: Conditions) -> None:
        """One stage for each `stage_seconds` that went by since the last."""
        while file.state not in OVER and self._clock.time() - file.changed_at >= conditions.stage_seconds:
            reached = file.changed_at + conditions.stage_seconds
            match file.state:
                case "RECEIVED":
                    self.move(file, "IN_REVIEW")
                case "IN_REVIEW" if conditions.asks and not file.asked:
                    file.asked = True
                    self.move(file, "NEEDS_INFORMATION", needs="نسخه خوانای آخرین گزارش پزشک معالج")
                case "NEEDS_INFORMATION":
                    return  # until it comes
                case "IN_REVIEW":
                    self.move(file, "SCHEDULED")
                case "SCHEDULED":
                    outcome = conditions.outcome if file.board == 1 else "APPROVED"
                    self.move(file, outcome, note=NOTES[outcome])
            file.changed_at = reached

    def summary(self) -> list[dict[str, Any]]:
        """For tests: what became of each reference; contents and persons stay out."""
        return [
            {
                "reference": reference,
                "number": file.number,
                "trackingCode": file.referral.tracking_code,
                "ground": file.referral.ground,
                "documents": len(file.referral.documents),
                "state": file.state,
                "board": file.board,
                "received": file.received,
                "acts": [{"kind": act.kind, "documents": len(act.documents)} for act in file.acts.values()],
            }
            for reference, file in self.files.items()
        ]


NOTES = {
    "APPROVED": "از کارافتادگی کلی تأیید شد.",
    "REJECTED": "از کارافتادگی احراز نشد.",
}
