"""The acknowledgement of a claim order. The portal's path is not known: this one is ours."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.claim_order_acknowledgement import SERVICE, OrderAcknowledgement


def _fields(said: OrderAcknowledgement) -> Mapping[str, object]:
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "orderNumber": said.order_number,
    }


FORM = Form(
    service=SERVICE,
    path="claim-order-service",
    fields=_fields,
    results={"servedOrder": Wording(fa="شماره حکم ابلاغ‌شده", en="Number of the order that was served")},
)
