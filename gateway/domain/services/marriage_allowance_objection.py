"""Objecting that a marriage allowance was not paid (Art. 85): domain.md 1.1, service 1 by order (S0, S3). The allowance
itself needs no request: a monthly cycle pays it."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class MarriageAllowanceObjection(Details, frozen=True, kw_only=True):
    """`text` says why the applicant objects. The documents are the marriage deed and the marriage page of the
    shenasname, in this order."""

    text: str | None = None


SERVICE = Service(
    name="MARRIAGE_ALLOWANCE_OBJECTION",
    plan="1",
    mutation="fileMarriageAllowanceObjection",
    words=Wording(fa="اعتراض به عدم پرداخت کمک‌هزینه ازدواج", en="Objection about the marriage allowance"),
    office=Source.SHORT_TERM_BENEFITS,
    details=MarriageAllowanceObjection,
    asks=(Source.REGISTRY_EVENTS, *[Source.BRANCH_DATABASES] * 4),
    labels={"text": Wording(fa="متن اعتراض", en="Objection")},
)
