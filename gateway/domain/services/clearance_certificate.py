"""The clearance certificate of a contract under Art. 38 (domain.md, service 14)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Source
from gateway.domain.money import Rial
from gateway.domain.service import Audience, Service, WorkshopDetails
from gateway.domain.workshop import about_workshop


class ContractParty(enum.Enum):
    """Who asks: both may (domain.md 1.1)."""

    CONTRACTOR = "CONTRACTOR"
    AWARDING_BODY = "AWARDING_BODY"


class ClearanceRequest(WorkshopDetails, frozen=True, kw_only=True):
    """`workshop` is the contractor's or the awarding body's, as `party` says. `since` and `until` are the time of the
    work, `letter_number` and `letter_date` those of the awarding body's letter, `amount` in rial (the portal's names:
    startDate, endDate, letno, letdate; domain.md 2.6). One request for a contract may be open at a time."""

    party: ContractParty | None = None
    contract_number: str | None = None
    contract_row: str | None = None
    since: Day | None = None
    until: Day | None = None
    letter_number: str | None = None
    letter_date: Day | None = None
    amount: Rial | None = None

    @property
    def about(self) -> str:
        return f"{about_workshop(self.workshop)}.{self.contract_row or ''}.{self.contract_number or ''}"


SERVICE = Service(
    name="CLEARANCE_CERTIFICATE",
    plan="14",
    mutation="requestClearanceCertificate",
    words=Wording(fa="درخواست مفاصاحساب ماده ۳۸", en="Clearance certificate under Art. 38"),
    office=Source.BRANCH_COUNTER,
    details=ClearanceRequest,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,),
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "party": Wording(fa="درخواست‌کننده", en="Who asks"),
        "contract_number": Wording(fa="شماره پیمان", en="Contract number"),
        "contract_row": Wording(fa="ردیف پیمان", en="Contract row"),
        "since": Wording(fa="آغاز کار", en="Work began"),
        "until": Wording(fa="پایان کار", en="Work ended"),
        "letter_number": Wording(fa="شماره نامه واگذارنده", en="Number of the awarding body's letter"),
        "letter_date": Wording(fa="تاریخ نامه واگذارنده", en="Date of the awarding body's letter"),
        "amount": Wording(fa="مبلغ پیمان (ریال)", en="Worth of the contract, in rial"),
    },
)
