"""Registration of a dependant."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import RELATIONS, Form, yyyymmdd
from adapters.outbound.case_files.results import SINCE
from gateway.domain.services.dependant_registration import SERVICE, DependantRegistration


def fields(said: DependantRegistration) -> Mapping[str, object]:
    return {
        "dependantCode": said.about,
        "birthDate": yyyymmdd(said.birth),
        "relation": RELATIONS[said.relation] if said.relation else None,
    }


FORM = Form(service=SERVICE, path="dependant", fields=fields, results=SINCE)
