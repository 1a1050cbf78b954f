"""Unemployment benefit without a visit (بیمه بیکاری): domain.md 1.1 and 2.7, one of services 18 to 23 (S0)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class UnemploymentBenefitRequest(Details, frozen=True, kw_only=True):
    """The Labour Ministry's case is the applicant's newest; its tracking code need not be said."""


SERVICE = Service(
    name="UNEMPLOYMENT_BENEFIT",
    plan="18-23",
    mutation="establishUnemploymentBenefit",
    words=Wording(fa="برقراری مقرری بیمه بیکاری", en="Unemployment benefit"),
    office=Source.BRANCH_COUNTER,
    details=UnemploymentBenefitRequest,
    asks=(Source.LABOUR_MINISTRY, Source.BRANCH_DATABASES),
)
