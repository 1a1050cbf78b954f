"""Sickness benefit for days ill with COVID (غرامت دستمزد ایام بیماری): domain.md 1.1, service 12 (S0, S4)."""

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class SicknessBenefitRequest(Details, frozen=True, kw_only=True):
    """`since` and `until` are the first and the last day of illness. The document is the positive test."""

    since: Day | None = None
    until: Day | None = None


SERVICE = Service(
    name="SICKNESS_BENEFIT",
    plan="12",
    mutation="requestSicknessBenefit",
    words=Wording(fa="درخواست غرامت دستمزد ایام بیماری (کرونا)", en="Sickness benefit (COVID)"),
    office=Source.SHORT_TERM_BENEFITS,
    details=SicknessBenefitRequest,
    asks=(Source.BRANCH_DATABASES,),
    labels={
        "since": Wording(fa="آغاز بیماری", en="First day of illness"),
        "until": Wording(fa="پایان بیماری", en="Last day of illness"),
    },
)
