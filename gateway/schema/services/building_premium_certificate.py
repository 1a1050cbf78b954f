"""requestBuildingPremiumCertificate: that the premium of a building was paid (domain.md, service 26)."""

import strawberry

from gateway.domain.identifiers import BranchCode
from gateway.domain.services.building_premium_certificate import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(
    description="A request for the certificate that a building's premium was paid (گواهی پرداخت حق بیمه ساختمانی). The "
    "request is the owner's, or of who applies for the permit."
)
class RequestBuildingPremiumCertificateInput(Asking):
    branch: BranchCode = strawberry.field(description="The branch that keeps the building's file (کد شعبه).")
    file_number: str = strawberry.field(description="The file's number (شماره پرونده), at most 30 characters.")
    debt_number: str = strawberry.field(description="The debt in which the branch claimed the premium (شماره بدهی).")


ASKED = Asked(
    service=SERVICE,
    input=RequestBuildingPremiumCertificateInput,
    description="Asks for the certificate that a building's premium was paid; its number is among `results`.",
)
