"""The certificate that the premium of a building was paid (domain.md, service 26)."""

from gateway.domain.access import Wording
from gateway.domain.debt import PAGES_OF_DEBTS
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode
from gateway.domain.service import Details, Service


class BuildingPremiumRequest(Details, frozen=True, kw_only=True):
    """The applicant owns the building, or applies for its permit. `debt_number`: the branch's claim of its premium."""

    branch: BranchCode | None = None
    file_number: str | None = None
    debt_number: str | None = None

    @property
    def about(self) -> str:
        return f"{self.branch.digits if self.branch else ''}.{self.file_number or ''}"


SERVICE = Service(
    name="BUILDING_PREMIUM_CERTIFICATE",
    plan="26",
    mutation="requestBuildingPremiumCertificate",
    words=Wording(fa="گواهی پرداخت حق بیمه ساختمانی", en="Certificate that a building's premium was paid"),
    office=Source.BRANCH_COUNTER,
    details=BuildingPremiumRequest,
    asks=(Source.BRANCH_DATABASES,) * PAGES_OF_DEBTS,
    labels={
        "branch": Wording(fa="شعبه", en="Branch"),
        "file_number": Wording(fa="شماره پرونده ساختمانی", en="File number of the building"),
        "debt_number": Wording(fa="شماره بدهی", en="Debt number"),
    },
)
