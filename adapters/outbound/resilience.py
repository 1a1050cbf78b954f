"""What can be set about systems that fail: the same for all of them."""

from dataclasses import dataclass, field

from adapters.outbound.circuit import CircuitSettings
from adapters.outbound.retries import RetrySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilienceSettings:
    retries: RetrySettings = field(default_factory=RetrySettings)
    circuit: CircuitSettings = field(default_factory=CircuitSettings)
