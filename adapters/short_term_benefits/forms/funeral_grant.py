"""The funeral grant: who died."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import AMOUNT, PAYMENT_DOCUMENT
from gateway.domain.services.funeral_grant import SERVICE, FuneralGrantRequest


def fields(said: FuneralGrantRequest) -> Mapping[str, object]:
    return {"deceasedCode": said.about}


FORM = Form(service=SERVICE, path="funeral", fields=fields, results={**AMOUNT, **PAYMENT_DOCUMENT})
