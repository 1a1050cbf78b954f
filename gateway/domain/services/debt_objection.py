"""An objection to a debt, which a board hears: the hearing is the request's appointment (domain.md, service 11)."""

import enum

from gateway.domain.access import Wording
from gateway.domain.debt import PAGES_OF_DEBTS
from gateway.domain.failure import Source
from gateway.domain.service import Audience, Service, WorkshopDetails
from gateway.domain.workshop import about_workshop


class ObjectionType(enum.Enum):
    """As the portal numbers them, 1 to 3 (domain.md 2.6)."""

    ESTIMATED_DEBT = "ESTIMATED_DEBT"
    FIRST_INSTANCE_RULING = "FIRST_INSTANCE_RULING"
    FINAL_DEBT = "FINAL_DEBT"


class DebtObjection(WorkshopDetails, frozen=True, kw_only=True):
    """`text` is why, in writing. One objection to a debt may be open at a time."""

    debt_number: str | None = None
    objection: ObjectionType | None = None
    text: str | None = None

    @property
    def about(self) -> str:
        return f"{about_workshop(self.workshop)}.{self.debt_number or ''}"


SERVICE = Service(
    name="DEBT_OBJECTION",
    plan="11",
    mutation="fileDebtObjection",
    words=Wording(fa="اعتراض به بدهی و تعیین زمان رسیدگی", en="Objection to a debt, with a hearing"),
    office=Source.BRANCH_COUNTER,
    details=DebtObjection,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,) * PAGES_OF_DEBTS,
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "debt_number": Wording(fa="شماره بدهی", en="Debt number"),
        "objection": Wording(fa="نوع اعتراض", en="Kind of objection"),
        "text": Wording(fa="شرح اعتراض", en="Why"),
    },
)
