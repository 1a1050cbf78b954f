"""The medical commission of Art. 91: who may be examined, and on what ground (domain.md, service 17)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class CommissionGround(enum.Enum):
    """What the physician certifies."""

    ILLNESS = "ILLNESS"
    WORK_ACCIDENT = "WORK_ACCIDENT"
    CHILD_UNABLE_TO_WORK = "CHILD_UNABLE_TO_WORK"
    PARENT_UNABLE_TO_WORK = "PARENT_UNABLE_TO_WORK"
    HUSBAND_INCURABLE = "HUSBAND_INCURABLE"


class CommissionRequest(Details, frozen=True, kw_only=True):
    """The applicant is the main insured person; `subject` is whom the commission examines, None for the applicant.

    The first document is the physician's certificate.
    """

    subject: NationalId | None = None
    ground: CommissionGround | None = None

    @property
    def about(self) -> str:
        return (self.subject or self.applicant).digits


SERVICE = Service(
    name="MEDICAL_COMMISSION",
    plan="17",
    mutation="requestCommission",
    words=Wording(fa="درخواست کمیسیون پزشکی (ماده ۹۱)", en="Referral to the medical commission (Art. 91)"),
    office=Source.MEDICAL_COMMISSION,
    details=CommissionRequest,
    asks=(Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES, Source.BRANCH_DATABASES),
    labels={
        "subject": Wording(fa="فرد مورد معاینه", en="Person to be examined"),
        "ground": Wording(fa="علت", en="Ground"),
    },
)
