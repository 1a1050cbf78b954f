"""The agreement to electronic notice (portal: `employer-agreement`, domain.md 2.6)."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.electronic_notice_agreement import SERVICE, NoticeAgreementRequest


def _fields(said: NoticeAgreementRequest) -> Mapping[str, object]:
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "accepted": said.accepted,
        "mobileNo": said.mobile.digits if said.mobile else None,
        "email": said.email,
    }


FORM = Form(
    service=SERVICE,
    path="employer-agreement",
    fields=_fields,
    results={"agreementNumber": Wording(fa="شماره توافق‌نامه", en="Agreement number")},
)
