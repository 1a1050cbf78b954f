"""Military service credited as days of premiums (احتساب خدمت سربازی): domain.md 1.1, service 13 (S0, S4)."""

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class MilitaryServiceRequest(Details, frozen=True, kw_only=True):
    """`since` and `until` are the first and the last day of service. The document is the end-of-service card."""

    since: Day | None = None
    until: Day | None = None


SERVICE = Service(
    name="MILITARY_SERVICE_CREDIT",
    plan="13",
    mutation="requestMilitaryServiceCredit",
    words=Wording(fa="درخواست احتساب خدمت سربازی", en="Credit of military service"),
    office=Source.BRANCH_COUNTER,
    details=MilitaryServiceRequest,
    asks=(Source.BRANCH_DATABASES, Source.BRANCH_DATABASES),
    labels={
        "since": Wording(fa="آغاز خدمت", en="First day of service"),
        "until": Wording(fa="پایان خدمت", en="Last day of service"),
    },
)
