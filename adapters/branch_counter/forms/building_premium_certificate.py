"""The certificate of a building's premium (portal: `bld-request-services`, domain.md 2.6)."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.building_premium_certificate import SERVICE, BuildingPremiumRequest


def _fields(said: BuildingPremiumRequest) -> Mapping[str, object]:
    return {
        "branchCode": said.branch.digits if said.branch else None,
        "fileNumber": said.file_number,
        "debitNumber": said.debt_number,
    }


FORM = Form(
    service=SERVICE,
    path="bld-request-services",
    fields=_fields,
    results={"buildingCertificateNumber": Wording(fa="شماره گواهی", en="Number of the certificate")},
)
