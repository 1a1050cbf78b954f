"""Survivor pension (برقراری مستمری بازماندگان): domain.md 1.1, service 23 by order (S0)."""

from gateway.domain.access import Wording
from gateway.domain.dependent import Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class SurvivorPensionRequest(Details, frozen=True, kw_only=True):
    """`relation` is what the applicant was to the deceased. The first document is the death certificate."""

    deceased: NationalId | None = None
    relation: Relation | None = None

    @property
    def about(self) -> str:
        return (self.deceased or self.applicant).digits


SERVICE = Service(
    name="SURVIVOR_PENSION",
    plan="23",
    mutation="applyForSurvivorPension",
    words=Wording(fa="درخواست برقراری مستمری بازماندگان", en="Survivor pension"),
    office=Source.BRANCH_COUNTER,
    details=SurvivorPensionRequest,
    asks=(*[Source.CIVIL_REGISTRY] * 2, Source.REGISTRY_EVENTS, *[Source.BRANCH_DATABASES] * 2),
    labels={
        "deceased": Wording(fa="متوفی", en="Deceased"),
        "relation": Wording(fa="نسبت متقاضی با متوفی", en="What the applicant was to the deceased"),
    },
)
