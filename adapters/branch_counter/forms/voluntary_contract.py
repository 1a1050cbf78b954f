"""Voluntary insurance: the chosen wage, in rial a month."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import CONTRACT_NUMBER
from gateway.domain.services.voluntary_contract import SERVICE, VoluntaryContractRequest


def fields(said: VoluntaryContractRequest) -> Mapping[str, object]:
    return {"wage": said.monthly_wage}


FORM = Form(service=SERVICE, path="voluntary-contract", fields=fields, results=CONTRACT_NUMBER)
