"""The rules of each service, one file each: a file's RULES are found by its place. All of them are pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gateway.domain.found import found_in
from gateway.domain.services import RequestKind
from gateway.requests.assessing import Rules

RULES: Mapping[RequestKind, Rules[Any, Any]] = MappingProxyType(
    {RequestKind(rules.service.name): rules for rules in found_in(__name__, "RULES", Rules).values()}
)
