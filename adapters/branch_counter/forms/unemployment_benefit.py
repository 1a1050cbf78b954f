"""Unemployment benefit: the case is the Labour Ministry's."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import ORDER_NUMBER
from gateway.domain.services.unemployment_benefit import SERVICE, UnemploymentBenefitRequest


def fields(said: UnemploymentBenefitRequest) -> Mapping[str, object]:
    return {"labourCase": "NEWEST"}


FORM = Form(service=SERVICE, path="unemployment-benefit", fields=fields, results=ORDER_NUMBER)
