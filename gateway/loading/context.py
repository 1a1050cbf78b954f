"""What one request carries down the hill: who asks, with what deadline, through which loaders."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.caller import Caller
from gateway.domain.clock import Clock
from gateway.domain.entitlement import EntitlementRules
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.rights.rights import Policy, Rights


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """Strawberry's `info.context`. `language` is fa or en, from Accept-Language.

    `rights` are settled when the request begins, None without a caller. `refused` holds the fields that admission
    refused, by where they begin in the document, with their coordinates.
    """

    caller: Caller | None
    rights: Rights | None
    policy: Policy
    refused: Mapping[int, str] = field(default_factory=dict)
    loaders: Loaders
    clock: Clock
    keyring: Keyring = field(repr=False)
    entitlement_rules: EntitlementRules
    correlation_id: str
    language: str = "fa"
