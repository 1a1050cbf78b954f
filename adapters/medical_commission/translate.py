"""Turns requests into referrals. Knows nothing of HTTP."""

from collections.abc import Mapping

import msgspec

from adapters.medical_commission.wire import ReferralOnTheWire
from adapters.outbound.case_files.translate import documents_from
from gateway.domain.office import Delivery
from gateway.domain.services.medical_commission import CommissionGround, CommissionRequest

GROUNDS: Mapping[CommissionGround, int] = {
    CommissionGround.ILLNESS: 1,
    CommissionGround.WORK_ACCIDENT: 2,
    CommissionGround.CHILD_UNABLE_TO_WORK: 3,
    CommissionGround.PARENT_UNABLE_TO_WORK: 4,
    CommissionGround.HUSBAND_INCURABLE: 5,
}


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
