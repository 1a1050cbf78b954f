"""Dependency of a parent or husband."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import RELATIONS, Form, yyyymmdd
from adapters.outbound.case_files.results import SINCE
from gateway.domain.dependent import Relation
from gateway.domain.services.dependency import SERVICE, DependencyRequest


def fields(said: DependencyRequest) -> Mapping[str, object]:
    return {
        "candidateCode": said.about,
        "birthDate": yyyymmdd(said.birth),
        "relation": RELATIONS[Relation[said.relation.name]] if said.relation else None,
        "commissionFile": said.commission_file,
    }


FORM = Form(service=SERVICE, path="dependency", fields=fields, results=SINCE)
