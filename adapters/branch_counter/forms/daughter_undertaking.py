"""The undertaking of a daughter who draws a parent's pension."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.services.daughter_undertaking import SERVICE, DaughterUndertaking


def fields(said: DaughterUndertaking) -> Mapping[str, object]:
    return {"address": (said.address or "").strip()}


FORM = Form(service=SERVICE, path="daughter-undertaking", fields=fields)
