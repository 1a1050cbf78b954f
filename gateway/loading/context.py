"""What one request carries down the hill: who asks, with what deadline, through which loaders."""

from dataclasses import dataclass, field

from gateway.domain.caller import Caller
from gateway.domain.clock import Clock
from gateway.domain.entitlement import EntitlementRules
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """Strawberry's `info.context`. `language` is fa or en, from Accept-Language."""

    caller: Caller | None
    loaders: Loaders
    clock: Clock
    keyring: Keyring = field(repr=False)
    entitlement_rules: EntitlementRules
    correlation_id: str
    language: str = "fa"
