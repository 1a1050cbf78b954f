"""Turns requests into referrals and the commission's files into OfficeFiles. Knows nothing of HTTP."""

import base64
import datetime
from collections.abc import Mapping, Sequence

import msgspec

from adapters.medical_commission.wire import ActOnTheWire, DocumentOnTheWire, FileOnTheWire, ReferralOnTheWire
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.office import Delivery, Enclosure, OfficeFile, OfficeState
from gateway.domain.request import Act, ActKind, Appointment
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest

COMMISSION = Source.MEDICAL_COMMISSION
GROUNDS: Mapping[CommissionGround, int] = {
    CommissionGround.ILLNESS: 1,
    CommissionGround.WORK_ACCIDENT: 2,
    CommissionGround.CHILD_UNABLE_TO_WORK: 3,
    CommissionGround.PARENT_UNABLE_TO_WORK: 4,
    CommissionGround.HUSBAND_INCURABLE: 5,
}
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
LONGEST_NOTE = 2_000


def referral_from(delivery: Delivery) -> ReferralOnTheWire:
    request = msgspec.json.decode(delivery.details, type=CommissionRequest)
    if request.ground is None:
        raise ValueError("a referral without its ground")
    return ReferralOnTheWire(
        reference=delivery.reference,
        tracking_code=delivery.tracking_code,
        insured_code=request.applicant.digits,
        subject_code=request.about,
        ground=GROUNDS[request.ground],
        documents=documents_from(delivery.enclosures),
    )


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


def file_from(said: FileOnTheWire, reference: str) -> OfficeFile:
    """Raises SourceIncoherent for a file of another reference, and for what no commission can say."""
    if said.reference != reference:
        raise SourceIncoherent(COMMISSION, "the file of another referral")
    if said.state not in STATES or said.board not in {1, 2} or not said.number.strip():
        raise SourceIncoherent(COMMISSION, "a file that makes no sense")
    return OfficeFile(
        number=said.number.strip(),
        state=STATES[said.state],
        changed_at=_moment(said.changed_at),
        instance=said.board,
        needs=_text(said.needs),
        note=_text(said.note),
        appointment=Appointment(at=_moment(said.session.at), place=_text(said.session.place) or "")
        if said.session
        else None,
    )


def _moment(milliseconds: int) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(milliseconds / 1_000, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise SourceIncoherent(COMMISSION, "a moment out of all reason") from None


def _text(said: str | None) -> str | None:
    text = (said or "").strip()[:LONGEST_NOTE]
    return text or None
