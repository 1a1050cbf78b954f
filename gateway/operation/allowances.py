"""How much each kind of caller may use: in one operation, in a minute, in a day. `gateway.settings` reads them."""

from dataclasses import dataclass, field

from gateway.domain.caller import CallerKind
from gateway.domain.failure import Source
from gateway.domain.settable import Count, CountOrZero


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLimits:
    """Calls to each back office; None for as many as it takes."""

    civil_registry: CountOrZero | None = None
    bank_refah: CountOrZero | None = None
    labour_ministry: CountOrZero | None = None
    branch_databases: CountOrZero | None = None
    registry_events: CountOrZero | None = None
    insurance_funds: CountOrZero | None = None
    finance: CountOrZero | None = None

    def of(self, source: Source) -> int | None:
        """None too for a system that no operation asks."""
        limit: int | None = getattr(self, source.value.lower(), None)
        return limit


_BULK = CallLimits(
    civil_registry=2_000,
    bank_refah=1_000,
    labour_ministry=200,
    branch_databases=20_000,
    registry_events=200,
    insurance_funds=200,
    finance=200,
)
_OWN = CallLimits(
    civil_registry=50,
    bank_refah=50,
    labour_ministry=50,
    branch_databases=1_000,
    registry_events=50,
    insurance_funds=50,
    finance=50,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`type_cost`, `field_cost` and `calls` are for one operation, the calls at worst.

    In a minute: operations, their field cost, and calls. In a day of Tehran: calls. An agency's contract says its
    operations a minute and its persons a day itself.
    """

    type_cost: CountOrZero = 250_000
    field_cost: CountOrZero = 250_000
    calls: CallLimits = _BULK
    operations_per_minute: CountOrZero = 600
    cost_per_minute: CountOrZero = 2_500_000
    calls_per_minute: CallLimits = field(default_factory=CallLimits)
    calls_per_day: CallLimits = field(default_factory=CallLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAllowance(Allowance):
    """For those who ask about themselves and theirs."""

    type_cost: CountOrZero = 20_000
    field_cost: CountOrZero = 20_000
    calls: CallLimits = _OWN
    operations_per_minute: CountOrZero = 300
    cost_per_minute: CountOrZero = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxAllowance(Allowance):
    """For developers, who see synthetic persons only."""

    operations_per_minute: CountOrZero = 100_000
    cost_per_minute: CountOrZero = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """`store` is where use is counted: `memory` (the Redis of TAMIN_MEMORY where that is one, else this process),
    `process`, or a Redis URL. `replicas`: while Redis is away, each counts by itself and grants this share of a rate.
    """

    store: str = "memory"
    replicas: Count = 1
    citizen: OwnAllowance = field(default_factory=OwnAllowance)
    employer: OwnAllowance = field(default_factory=OwnAllowance)
    agency: Allowance = field(default_factory=Allowance)
    developer: SandboxAllowance = field(default_factory=SandboxAllowance)
    operator: Allowance = field(default_factory=Allowance)

    def of(self, kind: CallerKind) -> Allowance:
        allowance: Allowance = getattr(self, kind.value.lower())
        return allowance
