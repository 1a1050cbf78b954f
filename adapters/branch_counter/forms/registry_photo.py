"""Whose photo is taken over from the registry."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from gateway.domain.services.registry_photo import SERVICE, RegistryPhotoRequest


def fields(said: RegistryPhotoRequest) -> Mapping[str, object]:
    return {"subjectCode": said.about}


FORM = Form(service=SERVICE, path="registry-photo", fields=fields)
