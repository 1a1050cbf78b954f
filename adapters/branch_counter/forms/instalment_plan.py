"""Debts in instalments (portal: `debit-installment/installment-save`, domain.md 2.6)."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.instalment_plan import SERVICE, InstalmentPlanRequest


def _fields(said: InstalmentPlanRequest) -> Mapping[str, object]:
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "debitNumbers": list(dict.fromkeys(said.debt_numbers or ())),
        "installmentNumber": said.months,
    }


FORM = Form(
    service=SERVICE,
    path="debit-installment",
    fields=_fields,
    results={
        "planNumber": Wording(fa="شماره تقسیط‌نامه", en="Number of the plan"),
        "firstInstalment": Wording(fa="قسط نخست (ریال)", en="First instalment, in rial"),
        "totalWithCharge": Wording(fa="جمع پرداختی (ریال)", en="Paid in all, in rial"),
    },
)
