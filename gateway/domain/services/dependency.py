"""Dependency of parents or a husband (درخواست کفالت): domain.md 1.1, one of services 18 to 23 (S0)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class SupportedRelation(enum.Enum):
    """Whom an insured person can be found to support. The names are those of Relation."""

    FATHER = "FATHER"
    MOTHER = "MOTHER"
    HUSBAND = "HUSBAND"


class DependencyRequest(Details, frozen=True, kw_only=True):
    """`supports`: whether the applicant bears the candidate's livelihood. `commission_file` is the number of the
    commission's file that found total disability, where there is one: then no age is needed."""

    candidate: NationalId | None = None
    birth: Day | None = None
    relation: SupportedRelation | None = None
    supports: bool | None = None
    commission_file: str | None = None

    @property
    def about(self) -> str:
        return (self.candidate or self.applicant).digits


SERVICE = Service(
    name="DEPENDENCY",
    plan="18-23",
    mutation="requestDependency",
    words=Wording(fa="درخواست کفالت والدین یا شوهر", en="Dependency of parents or husband"),
    office=Source.BRANCH_COUNTER,
    details=DependencyRequest,
    asks=(Source.CIVIL_REGISTRY, *[Source.BRANCH_DATABASES] * 2, Source.INSURANCE_FUNDS, Source.REGISTRY_EVENTS),
    labels={
        "candidate": Wording(fa="فرد تحت تکفل", en="Person supported"),
        "birth": Wording(fa="تاریخ تولد", en="Date of birth"),
        "relation": Wording(fa="نسبت", en="Relation"),
        "supports": Wording(fa="تأمین معاش بر عهده متقاضی است", en="The applicant bears the livelihood"),
        "commission_file": Wording(fa="شماره پرونده کمیسیون پزشکی", en="Number of the commission's file"),
    },
)
