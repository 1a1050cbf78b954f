"""The services that can be asked for, one file each: a file's SERVICE is found by its place."""

import enum
from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.found import found_in
from gateway.domain.service import Service

SERVICES: Mapping[str, Service] = MappingProxyType(
    {service.name: service for service in found_in(__name__, "SERVICE", Service).values()}
)


class RequestKind(enum.Enum):
    """What is asked for: the names of SERVICES."""

    _ignore_ = "_members _name"
    _members = vars()
    for _name in SERVICES:
        _members[_name] = _name
