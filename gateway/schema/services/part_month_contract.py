"""concludePartMonthContract: completing part-months (domain.md 1.1, service 7)."""

import strawberry

from gateway.domain.services.part_month_contract import SERVICE
from gateway.schema.asking import Asked, Asking


@strawberry.input(description="A contract to complete the part-months of a half-year.")
class ConcludePartMonthContractInput(Asking):
    year: int = strawberry.field(description="The Jalali year, such as 1404.")
    half: int = strawberry.field(description="1: Farvardin to Shahrivar; 2: Mehr to Esfand.")
    agrees: bool = strawberry.field(description="Whether the applicant has read the by-law and agrees to its terms.")


ASKED = Asked(
    service=SERVICE,
    input=ConcludePartMonthContractInput,
    description="Asks for a contract to complete part-months. It is paid with `startPartMonthPayment`, once the "
    "half-year is over.",
)
