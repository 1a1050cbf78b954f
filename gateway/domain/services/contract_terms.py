"""The declaration of the terms by which a contract's premium is reckoned (domain.md 1.1, named as coming: S3)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.money import Rial
from gateway.domain.service import Audience, Service, WorkshopDetails
from gateway.domain.workshop import about_workshop


class ContractKind(enum.Enum):
    """As far as the sources know a rate of it (domain.md 2.8)."""

    CIVIL_WORKS_CONSULTING = "CIVIL_WORKS_CONSULTING"
    OTHER = "OTHER"


class ContractTerms(WorkshopDetails, frozen=True, kw_only=True):
    """`amount` is in rial, `text` what the contract says of how its premium is reckoned. One declaration of a contract
    may be open at a time."""

    contract_number: str | None = None
    contract_row: str | None = None
    contract: ContractKind | None = None
    since: Day | None = None
    amount: Rial | None = None
    text: str | None = None

    @property
    def about(self) -> str:
        return f"{about_workshop(self.workshop)}.{self.contract_row or ''}.{self.contract_number or ''}"


SERVICE = Service(
    name="CONTRACT_TERMS",
    plan="unnumbered",
    mutation="declareContractTerms",
    words=Wording(fa="اعلام شرایط محاسبه پیمان", en="Declaration of a contract's terms"),
    office=Source.BRANCH_COUNTER,
    details=ContractTerms,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,),
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "contract_number": Wording(fa="شماره پیمان", en="Contract number"),
        "contract_row": Wording(fa="ردیف پیمان", en="Contract row"),
        "contract": Wording(fa="نوع پیمان", en="Kind of contract"),
        "since": Wording(fa="آغاز پیمان", en="The contract began"),
        "amount": Wording(fa="مبلغ پیمان (ریال)", en="Worth of the contract, in rial"),
        "text": Wording(fa="شرایط محاسبه", en="Terms"),
    },
)
