"""The objection to a debt (portal: `debit-objection/objection-save`, domain.md 2.6)."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.debt_objection import SERVICE, DebtObjection, ObjectionType

TYPES: Mapping[ObjectionType, int] = {
    ObjectionType.ESTIMATED_DEBT: 1,
    ObjectionType.FIRST_INSTANCE_RULING: 2,
    ObjectionType.FINAL_DEBT: 3,
}


def _fields(said: DebtObjection) -> Mapping[str, object]:
    if said.objection is None:
        raise ValueError("an objection without its type")
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "debitNumber": said.debt_number,
        "objectionType": TYPES[said.objection],
        "objectionText": said.text,
    }


FORM = Form(
    service=SERVICE,
    path="debit-objection",
    fields=_fields,
    results={
        "rulingNumber": Wording(fa="شماره رأی", en="Number of the ruling"),
        "recalculatedAmount": Wording(fa="مبلغ بدهی پس از رسیدگی (ریال)", en="The debt after the hearing, in rial"),
    },
)
