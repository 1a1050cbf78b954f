"""An objection about the marriage allowance: its text."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import PAYMENT_DOCUMENT
from gateway.domain.services.marriage_allowance_objection import SERVICE, MarriageAllowanceObjection


def fields(said: MarriageAllowanceObjection) -> Mapping[str, object]:
    return {"text": (said.text or "").strip()}


FORM = Form(service=SERVICE, path="marriage-objection", fields=fields, results=PAYMENT_DOCUMENT)
