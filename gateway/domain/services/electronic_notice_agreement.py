"""The agreement to be notified electronically: it opens the other services for employers (domain.md, service 9)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import MobileNumber
from gateway.domain.service import Audience, Service, WorkshopDetails


class NoticeAgreementRequest(WorkshopDetails, frozen=True, kw_only=True):
    """`accepted`: that electronic service of the Organisation's orders on this workshop is legal notification.
    `mobile` and `email` are where notices of them go."""

    accepted: bool | None = None
    mobile: MobileNumber | None = None
    email: str | None = None


SERVICE = Service(
    name="ELECTRONIC_NOTICE_AGREEMENT",
    plan="9",
    mutation="acceptElectronicNoticeAgreement",
    words=Wording(fa="توافق‌نامه ابلاغ الکترونیکی", en="Agreement to electronic notice"),
    office=Source.BRANCH_COUNTER,
    details=NoticeAgreementRequest,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,),
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "accepted": Wording(fa="پذیرش ابلاغ الکترونیکی", en="Electronic notice accepted"),
        "mobile": Wording(fa="تلفن همراه", en="Mobile number"),
        "email": Wording(fa="نشانی رایانامه", en="E-mail address"),
    },
)
