"""The clearance certificate of Art. 38 (portal: `requestissuanceinvoices38`, domain.md 2.6)."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.services.clearance_certificate import SERVICE, ClearanceRequest, ContractParty

PARTIES: Mapping[ContractParty, int] = {ContractParty.CONTRACTOR: 1, ContractParty.AWARDING_BODY: 2}


def _fields(said: ClearanceRequest) -> Mapping[str, object]:
    if said.party is None:
        raise ValueError("a request for a clearance without its party")
    return {
        "workshopId": said.workshop.code.digits,
        "branchCode": said.workshop.branch.digits,
        "party": PARTIES[said.party],
        "contractNumber": said.contract_number,
        "contractRow": said.contract_row,
        "startDate": _yyyymmdd(said.since),
        "endDate": _yyyymmdd(said.until),
        "letno": said.letter_number,
        "letdate": _yyyymmdd(said.letter_date),
        "amountRial": said.amount,
    }


def _yyyymmdd(day: Day | None) -> str | None:
    return day.jalali.replace("-", "") if day else None


FORM = Form(
    service=SERVICE,
    path="requestissuanceinvoices38",
    fields=_fields,
    results={"clearanceSerial": Wording(fa="شماره مفاصاحساب", en="Serial of the clearance certificate")},
)
