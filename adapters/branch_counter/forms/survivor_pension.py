"""A survivor's pension: who died, and what the applicant was to them."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import RELATIONS, Form
from adapters.outbound.case_files.results import ORDER_NUMBER
from gateway.domain.services.survivor_pension import SERVICE, SurvivorPensionRequest


def fields(said: SurvivorPensionRequest) -> Mapping[str, object]:
    return {"deceasedCode": said.about, "relation": RELATIONS[said.relation] if said.relation else None}


FORM = Form(service=SERVICE, path="survivor-pension", fields=fields, results=ORDER_NUMBER)
