"""Payment of debts in monthly instalments (domain.md, service 27)."""

from gateway.domain.access import Wording
from gateway.domain.debt import PAGES_OF_DEBTS
from gateway.domain.failure import Source
from gateway.domain.service import Audience, Service, WorkshopDetails


class InstalmentPlanRequest(WorkshopDetails, frozen=True, kw_only=True):
    """One plan of a workshop may be asked for at a time, whatever debts it is for."""

    debt_numbers: tuple[str, ...] | None = None
    months: int | None = None


SERVICE = Service(
    name="INSTALMENT_PLAN",
    plan="27",
    mutation="requestInstalmentPlan",
    words=Wording(fa="تقسیط بدهی (ماده ۴۶)", en="Debts in instalments (Art. 46)"),
    office=Source.BRANCH_COUNTER,
    details=InstalmentPlanRequest,
    audience=Audience.WORKSHOP,
    asks=(Source.BRANCH_DATABASES,) * PAGES_OF_DEBTS,
    labels={
        "workshop": Wording(fa="کارگاه", en="Workshop"),
        "debt_numbers": Wording(fa="شماره بدهی‌ها", en="Debt numbers"),
        "months": Wording(fa="شمار اقساط ماهانه", en="Monthly instalments"),
    },
)
