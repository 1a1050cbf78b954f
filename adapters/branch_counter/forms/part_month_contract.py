"""Part-months: the half-year. Who hands it in has agreed to the terms."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import CONTRACT_NUMBER
from gateway.domain.services.part_month_contract import SERVICE, PartMonthContractRequest


def fields(said: PartMonthContractRequest) -> Mapping[str, object]:
    return {"year": said.year, "half": said.half}


FORM = Form(service=SERVICE, path="part-month-contract", fields=fields, results=CONTRACT_NUMBER)
