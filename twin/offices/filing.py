"""What every office keeps: one file a reference, one entry an act, whatever is sent twice."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

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
DAY = 86_400
SESSION_IN_DAYS = 7


class Document(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    id: str
    media_type: str
    content: str


class Search(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str


class Act(msgspec.Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    reference: str
    act_reference: str
    kind: str
    text: str | None = None
    documents: list[Document] = []

    def __post_init__(self) -> None:
        if self.kind not in {"supplement", "withdrawal", "appeal"}:
            raise ValueError("no such act")


@dataclass(kw_only=True)
class File:
    """`received` counts how often what it is about came; only the first made it."""

    reference: str
    number: str
    state: str
    changed_at: float
    board: int = 1
    needs: str | None = None
    note: str | None = None
    session: tuple[float, str] | None = None
    acts: dict[str, Act] = field(default_factory=dict)
    received: int = 1


F = TypeVar("F", bound=File)


class Books(Generic[F]):
    """`place` is where its sessions are."""

    def __init__(self, clock: Clock, place: str) -> None:
        self._clock, self._place = clock, place
        self.files: dict[str, F] = {}

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
        file: F,
        state: str,
        *,
        needs: str | None = None,
        note: str | None = None,
        in_days: float | None = None,
        place: str | None = None,
    ) -> None:
        """Raises ValueError for a state that is none."""
        if state not in STATES:
            raise ValueError(f"`state` must be one of {', '.join(STATES)}")
        file.state, file.changed_at, file.needs, file.note = state, self._clock.time(), needs, note
        if state == "SCHEDULED":
            days = SESSION_IN_DAYS if in_days is None else in_days
            file.session = (self._clock.time() + days * DAY, place or self._place)

    def row(self, file: F) -> dict[str, Any]:
        """A file on the wire."""
        session = {"at": int(file.session[0] * 1000), "place": file.session[1]} if file.session else None
        return {
            "reference": file.reference,
            "number": file.number,
            "state": STATES[file.state],
            "board": file.board,
            "changedAt": int(file.changed_at * 1000),
            "needs": file.needs,
            "note": file.note,
            "session": session,
        }
