"""A contract to complete part-months (تکمیل سوابق کسری از ماه): domain.md 1.1, service 7 (S0, S3, S4). It is paid with
`startPartMonthPayment` (service 28)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class PartMonthContractRequest(Details, frozen=True, kw_only=True):
    """The half-year: `half` 1 is Farvardin to Shahrivar, 2 Mehr to Esfand. `agrees`: to the terms of the by-law."""

    year: int | None = None
    half: int | None = None
    agrees: bool | None = None

    @property
    def about(self) -> str:
        return f"{self.applicant.digits}.{self.year}.{self.half}"


SERVICE = Service(
    name="PART_MONTH_CONTRACT",
    plan="7",
    mutation="concludePartMonthContract",
    words=Wording(fa="قرارداد تکمیل سوابق کسری از ماه", en="Contract to complete part-months"),
    office=Source.BRANCH_COUNTER,
    details=PartMonthContractRequest,
    asks=(Source.BRANCH_DATABASES, Source.BRANCH_DATABASES),
    labels={
        "year": Wording(fa="سال", en="Year"),
        "half": Wording(fa="نیم‌سال", en="Half-year"),
        "agrees": Wording(fa="پذیرش شرایط دستورالعمل", en="Agreement to the terms"),
    },
)
