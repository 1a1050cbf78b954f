"""The declaration of a contract's terms. The portal's path is not known: this one is ours."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.services.contract_terms import SERVICE, ContractKind, ContractTerms

KINDS: Mapping[ContractKind, int] = {ContractKind.CIVIL_WORKS_CONSULTING: 1, ContractKind.OTHER: 9}


def _fields(said: ContractTerms) -> Mapping[str, object]:
    if said.contract is None:
        raise ValueError("terms of a contract without its kind")
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "contractNumber": said.contract_number,
        "contractRow": said.contract_row,
        "contractKind": KINDS[said.contract],
        "startDate": said.since.jalali.replace("-", "") if said.since else None,
        "amountRial": said.amount,
        "terms": said.text,
    }


FORM = Form(
    service=SERVICE,
    path="contract-terms",
    fields=_fields,
    results={"contractPremium": Wording(fa="حق بیمه پیمان (ریال)", en="The contract's premium, in rial")},
)
