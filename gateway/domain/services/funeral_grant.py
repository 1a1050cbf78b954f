"""The funeral grant (کمک‌هزینه مراسم ترحیم): domain.md 1.1, one of services 18 to 23 (S0)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class FuneralGrantRequest(Details, frozen=True, kw_only=True):
    """The applicant is of the family of an insured person who died, or an insured person whose spouse died. The first
    document is the death certificate, the others show the kinship."""

    deceased: NationalId | None = None

    @property
    def about(self) -> str:
        return (self.deceased or self.applicant).digits


SERVICE = Service(
    name="FUNERAL_GRANT",
    plan="18-23",
    mutation="requestFuneralGrant",
    words=Wording(fa="درخواست کمک‌هزینه مراسم ترحیم", en="Funeral grant"),
    office=Source.SHORT_TERM_BENEFITS,
    details=FuneralGrantRequest,
    asks=(Source.CIVIL_REGISTRY, Source.REGISTRY_EVENTS, *[Source.BRANCH_DATABASES] * 3),
    labels={"deceased": Wording(fa="متوفی", en="Deceased")},
)
