"""Military service: its first and last day."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form, yyyymmdd
from adapters.outbound.case_files.results import DAYS
from gateway.domain.services.military_service_credit import SERVICE, MilitaryServiceRequest


def fields(said: MilitaryServiceRequest) -> Mapping[str, object]:
    return {"fromDate": yyyymmdd(said.since), "toDate": yyyymmdd(said.until)}


FORM = Form(service=SERVICE, path="military-service", fields=fields, results=DAYS)
