"""Turns what citizens do into acts, and case files into OfficeFiles. Knows nothing of HTTP."""

import base64
import datetime
from collections.abc import Mapping, Sequence

from adapters.outbound.case_files.wire import ActOnTheWire, DocumentOnTheWire, FileOnTheWire
from gateway.domain.access import Wording
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.office import Enclosure, OfficeFile, OfficeState
from gateway.domain.request import Act, ActKind, Appointment, Figure

STATES: Mapping[int, OfficeState] = {
    1: OfficeState.RECEIVED,
    2: OfficeState.IN_REVIEW,
    3: OfficeState.NEEDS_INFORMATION,
    4: OfficeState.SCHEDULED,
    5: OfficeState.APPROVED,
    6: OfficeState.REJECTED,
    7: OfficeState.WITHDRAWN,
}
ACTS: Mapping[ActKind, str] = {
    ActKind.SUPPLY: "supplement",
    ActKind.WITHDRAW: "withdrawal",
    ActKind.APPEAL: "appeal",
}
LONGEST_NOTE, LONGEST_RESULT = 2_000, 200


def act_from(reference: str, act: Act, enclosures: Sequence[Enclosure]) -> ActOnTheWire:
    return ActOnTheWire(
        reference=reference,
        act_reference=act.reference,
        kind=ACTS[act.kind],
        text=act.text,
        documents=documents_from(enclosures),
    )


def documents_from(enclosures: Sequence[Enclosure]) -> list[DocumentOnTheWire]:
    return [
        DocumentOnTheWire(id=one.id, media_type=one.media_type, content=base64.b64encode(one.content).decode("ascii"))
        for one in enclosures
    ]


def file_from(
    office: Source, said: FileOnTheWire, reference: str, labels: Mapping[str, Wording] | None = None
) -> OfficeFile:
    """`labels`: the results that are passed on, in words; others are left behind.

    Raises SourceIncoherent for the file of another reference, and for what no office can say.
    """
    if said.reference != reference:
        raise SourceIncoherent(office, "the file of another reference")
    if said.state not in STATES or said.board not in {1, 2} or not said.number.strip():
        raise SourceIncoherent(office, "a file that makes no sense")
    return OfficeFile(
        number=said.number.strip(),
        state=STATES[said.state],
        changed_at=_moment(office, said.changed_at),
        instance=said.board,
        needs=_text(said.needs),
        note=_text(said.note),
        appointment=Appointment(at=_moment(office, said.session.at), place=_text(said.session.place) or "")
        if said.session
        else None,
        results=tuple(
            Figure(name=name, value=said.results[name][:LONGEST_RESULT], words=words)
            for name, words in (labels or {}).items()
            if name in said.results
        ),
    )


def _moment(office: Source, milliseconds: int) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise SourceIncoherent(office, "a moment out of all reason") from None


def _text(said: str | None) -> str | None:
    text = (said or "").strip()[:LONGEST_NOTE]
    return text or None
