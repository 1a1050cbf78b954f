"""The medical commission of Art. 91: who may be examined, and on what ground (domain.md, service 17)."""

import enum

import msgspec

from gateway.domain.identifiers import NationalId


class CommissionGround(enum.Enum):
    """What the physician certifies."""

    ILLNESS = "ILLNESS"
    WORK_ACCIDENT = "WORK_ACCIDENT"
    CHILD_UNABLE_TO_WORK = "CHILD_UNABLE_TO_WORK"
    PARENT_UNABLE_TO_WORK = "PARENT_UNABLE_TO_WORK"
    HUSBAND_INCURABLE = "HUSBAND_INCURABLE"


class CommissionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`insured` is the main insured person; `subject` is whom the commission examines; `certificate` is a document."""

    insured: NationalId
    subject: NationalId
    ground: CommissionGround
    certificate: str
