"""Sickness benefit: the days of illness."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form, yyyymmdd
from adapters.outbound.case_files.results import DAYS, PAYMENT_DOCUMENT
from gateway.domain.services.sickness_benefit import SERVICE, SicknessBenefitRequest


def fields(said: SicknessBenefitRequest) -> Mapping[str, object]:
    return {"fromDate": yyyymmdd(said.since), "toDate": yyyymmdd(said.until)}


FORM = Form(service=SERVICE, path="sickness", fields=fields, results={**DAYS, **PAYMENT_DOCUMENT})
