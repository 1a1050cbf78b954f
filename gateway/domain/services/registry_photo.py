"""The registry's photo for the medical file (دریافت عکس از ثبت احوال): domain.md 1.1, service 25 (S0)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.service import Details, Service


class RegistryPhotoRequest(Details, frozen=True, kw_only=True):
    """`subject` is whose photo the branch is to take over; None for the applicant."""

    subject: NationalId | None = None

    @property
    def about(self) -> str:
        return (self.subject or self.applicant).digits


SERVICE = Service(
    name="REGISTRY_PHOTO",
    plan="25",
    mutation="fetchRegistryPhoto",
    words=Wording(fa="دریافت عکس از ثبت احوال", en="Photo from the civil registry"),
    office=Source.BRANCH_COUNTER,
    details=RegistryPhotoRequest,
    asks=(Source.CIVIL_REGISTRY, *[Source.BRANCH_DATABASES] * 2),
    labels={"subject": Wording(fa="صاحب عکس", en="Whose photo")},
)
