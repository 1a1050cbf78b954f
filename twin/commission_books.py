"""The commission's books: one file a reference, one entry an act, whatever is sent twice."""

import itertools
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from twin.clock import Clock

STATES = {
    "RECEIVED": 1,
    "IN_REVIEW": 2,
    "NEEDS_INFORMATION": 3,
    "SCHEDULED": 4,
    "APPROVED": 5,
    "REJECTED": 6,
    "WITHDRAWN": 7,
}
OVER = ("APPROVED", "REJECTED", "WITHDRAWN")
PLACE = "کمیسیون پزشکی تهران، طبقه دوم"
DAY = 86_400


class Document(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    id: str
    media_type: str
    content: str


class Referral(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    tracking_code: str
    insured_code: str
    subject_code: str
    ground: int
    documents: list[Document]


class Act(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    act_reference: str
    kind: str
    text: str | None = None
    documents: list[Document] = []

    def __post_init__(self) -> None:
        if self.kind not in {"supplement", "withdrawal", "appeal"}:
            raise ValueError("no such act")


class Conditions(Protocol):
    stage_seconds: float
    outcome: str
    asks: bool


@dataclass
class File:
    """`received` counts how often the referral came; only the first made it."""

    referral: Referral
    number: str
    state: str
    changed_at: float
    board: int = 1
    needs: str | None = None
    note: str | None = None
    session: tuple[float, str] | None = None
    acts: dict[str, Act] = field(default_factory=dict)
    received: int = 1
    asked: bool = False


class CommissionBooks:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self.files: dict[str, File] = {}

    def refer(self, referral: Referral) -> File:
        known = self.files.get(referral.reference)
        if known is not None:
            known.received += 1
            return known
        number = f"CM-{self._clock.now().year}-{next(self._numbers):06}"
        self.files[referral.reference] = File(referral, number, "RECEIVED", self._clock.time())
        return self.files[referral.reference]

    def file(self, reference: str) -> File | None:
        return self.files.get(reference)

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

    def move(
        self,
        file: File,
        state: str,
        *,
        needs: str | None = None,
        note: str | None = None,
        in_days: float | None = None,
        place: str = PLACE,
    ) -> None:
        """Raises ValueError for a state that is none."""
        if state not in STATES:
            raise ValueError(f"`state` must be one of {', '.join(STATES)}")
        file.state, file.changed_at, file.needs, file.note = state, self._clock.time(), needs, note
        if state == "SCHEDULED":
            file.session = (self._clock.time() + (7 if in_days is None else in_days) * DAY, place)

    def move_on(self, file: File, conditions: Conditions) -> None:
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

    def row(self, file: File) -> dict[str, Any]:
        """A file on the wire."""
        session = {"at": int(file.session[0] * 1000), "place": file.session[1]} if file.session else None
        return {
            "reference": file.referral.reference,
            "number": file.number,
            "state": STATES[file.state],
            "board": file.board,
            "changedAt": int(file.changed_at * 1000),
            "needs": file.needs,
            "note": file.note,
            "session": session,
        }

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
