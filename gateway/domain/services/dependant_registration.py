"""Registering somebody as a dependant (ثبت‌نام افراد تبعی): domain.md 1.1 and 1.4, service 6 (S0, S1, S3, S4)."""

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.dependent import Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class DependantRegistration(Details, frozen=True, kw_only=True):
    """The applicant is the main insured person. Relations are those of the first degree: there are no others."""

    dependant: NationalId | None = None
    birth: Day | None = None
    relation: Relation | None = None

    @property
    def about(self) -> str:
        return (self.dependant or self.applicant).digits


SERVICE = Service(
    name="DEPENDANT_REGISTRATION",
    plan="6",
    mutation="registerDependant",
    words=Wording(fa="ثبت‌نام افراد تبعی", en="Registration of a dependant"),
    office=Source.BRANCH_COUNTER,
    details=DependantRegistration,
    asks=(Source.CIVIL_REGISTRY, *[Source.BRANCH_DATABASES] * 3, Source.REGISTRY_EVENTS),
    labels={
        "dependant": Wording(fa="فرد تبعی", en="Dependant"),
        "birth": Wording(fa="تاریخ تولد", en="Date of birth"),
        "relation": Wording(fa="نسبت", en="Relation"),
    },
)
