"""What an operation may use, held against its caller's limits after it is admitted and before anything is asked.

First its own size: type cost, field cost, and the worst case of calls to each system, which no retry makes smaller
(COST_LIMIT). Then what the caller has left: operations and cost a minute, calls a minute and a day, and an agency's
persons a day (RATE_LIMITED, with retryAfter). The worst case is reserved; what was not used is given back.

Where the counts cannot be reached, rates go by a share that this process grants by itself, and quotas of a day are
closed. Nobody is named where counts are kept: a caller is a keyed hash.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import DocumentNode, OperationDefinitionNode

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.clock import Clock
from gateway.domain.failure import Code, Source
from gateway.domain.refusal import Refused
from gateway.loading.counters import Counters, CountersAway, LocalCounters
from gateway.loading.keyed_hash import KeyedHash
from gateway.loading.keyring import Keyring
from gateway.loading.shapes import CallShapes
from gateway.operation.allowances import Allowance, LimitSettings
from gateway.operation.calls import CallPlan, Reach
from gateway.operation.cost import Cost, CostPlan
from gateway.operation.document import Understood
from gateway.operation.places import places_of
from gateway.operation.weights import Weights
from gateway.operation.windows import Demand, Standing, Stretch, Window, moment_of
from gateway.rights.rights import Rights

KEPT_PLANS = 1_000
PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an operation costs and reaches at worst."""

    cost: Cost
    reach: Reach


class _Plans(NamedTuple):
    """Of one operation. `settled` is its estimate where that hangs on no variable."""

    cost: CostPlan
    calls: CallPlan
    settled: Estimate | None


class _CallLimit(NamedTuple):
    """Calls to one system in one stretch."""

    name: str
    source: Source
    limit: int
    stretch: Stretch


class Limits(NamedTuple):
    """What callers of one kind may use. `most_calls` to a system in one operation, where there is a limit."""

    kind: str
    allowance: Allowance
    most_calls: Mapping[Source, int]
    call_limits: Sequence[_CallLimit]


NOTHING = Estimate(Cost(0, 0), Reach({}, 0))


class Overspent(Refused):
    """RATE_LIMITED. `retry_after` in whole seconds."""

    def __init__(self, limit: str, retry_after: int, standings: Sequence[Standing] = ()) -> None:
        details = {"limit": limit, "retryAfter": retry_after}
        super().__init__(Code.RATE_LIMITED, "Too many requests.", details)
        self.retry_after = retry_after
        self.standings = tuple(standings)


@dataclass(slots=True)
class Spent:
    """What was taken for one operation. `settle` once it has ended, however it ended."""

    estimate: Estimate
    standings: Sequence[Standing] = ()
    _windows: Sequence[Window] = ()
    _counters: Counters | None = field(default=None, repr=False)

    def settle(self, *, persons: int | None, calls: Mapping[Source, int]) -> None:
        """Gives back what was reserved and not used. `persons`: about whom data was released; None if unknown."""
        back = []
        for window in self._windows:
            demand = window.demand
            used = demand.amount
            if demand.source is not None:
                used = calls.get(demand.source, 0)
            elif demand.name == PERSONS and persons is not None:
                used = persons
            if used < demand.amount:
                back.append(window.given_back(demand.amount - used))
        if back and self._counters is not None:
            self._counters.give_back(back)


class Budget:
    def __init__(
        self,
        weights: Weights,
        settings: LimitSettings,
        counters: Counters,
        keyring: Keyring,
        clock: Clock,
        shapes: CallShapes | None = None,
    ) -> None:
        self._weights = weights
        self._settings = settings
        self._counters = counters
        self._shares = LocalCounters(clock)
        self._key = KeyedHash(keyring.derive("limits.caller"))
        self._clock = clock
        self._shapes = shapes or CallShapes()
        self._plans: OrderedDict[tuple[bytes, str | None], _Plans] = OrderedDict()
        self._limits = {kind: limits_of(kind, settings.of(kind)) for kind in CallerKind}

    def estimate(
        self, understood: Understood, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Estimate:
        """`variables` are coerced. Raises Refused where a list lacks the argument that says its size."""
        key = (understood.digest, operation.name.value if operation.name else None)
        plans = self._plans.get(key)
        if plans is None:
            plans = self._plans[key] = self._compiled(understood.document, operation)
            if len(self._plans) > KEPT_PLANS:
                self._plans.popitem(last=False)
        else:
            self._plans.move_to_end(key)
        if plans.settled is not None:
            return plans.settled
        return Estimate(plans.cost.of(variables), plans.calls.of(variables))

    async def spend(
        self,
        rights: Rights,
        understood: Understood,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Spent:
        """Raises Refused, COST_LIMIT or (Overspent) RATE_LIMITED; then nothing was taken."""
        estimate = self.estimate(understood, operation, variables)
        limits = self._limits[rights.caller.kind]
        hold(estimate, limits)
        moment, caller = moment_of(self._clock.now()), self._hidden(limits, rights)
        windows = [Window(demand, caller, moment) for demand in _demands(rights, limits, estimate)]
        for demand, _, _ in windows:
            if demand.amount > demand.limit:
                raise _beyond(demand.name.upper().replace("-", "_"), demand.amount, demand.limit)
        try:
            return await self._taken(estimate, windows, self._counters)
        except CountersAway as away:
            return await self._shared(estimate, windows, away)

    async def count(self, rights: Rights) -> None:
        """Takes one operation a minute, for a request that was read and will not run. Raises Overspent."""
        limits = self._limits[rights.caller.kind]
        demand = _demands(rights, limits, NOTHING)[0]
        windows = [Window(demand, self._hidden(limits, rights), moment_of(self._clock.now()))]
        try:
            await self._taken(NOTHING, windows, self._counters)
        except CountersAway as away:
            await self._shared(NOTHING, windows, away)

    async def _shared(self, estimate: Estimate, windows: list[Window], away: CountersAway) -> Spent:
        daily = next((window for window in windows if window.demand.stretch is Stretch.DAY), None)
        if daily is not None:
            raise Overspent(daily.demand.name, math.ceil(away.retry_after)) from None
        return await self._taken(estimate, windows, self._shares, share=self._settings.replicas)

    async def _taken(self, estimate: Estimate, windows: Sequence[Window], counters: Counters, share: int = 1) -> Spent:
        uses = [use for window in windows for use in window.uses()]
        counted = await counters.add(uses)
        standings: list[Standing] = []
        seen = 0
        for window in windows:
            standings.append(window.standing(counted[seen : seen + window.counts], share=share))
            seen += window.counts
        if not any(standing.retry_after for standing in standings):
            return Spent(estimate, standings, windows, counters)
        short = max(standings, key=lambda standing: standing.retry_after)
        counters.give_back([window.uses(-1)[0] for window in windows])
        raise Overspent(short.demand.name, short.retry_after, standings)

    def _compiled(self, document: DocumentNode, operation: OperationDefinitionNode) -> _Plans:
        places = list(places_of(document, operation, self._weights))
        cost = CostPlan(places, self._weights, operation.operation)
        calls = CallPlan(places, self._weights, self._shapes)
        settled = Estimate(cost.of({}), calls.of({})) if cost.is_settled and calls.is_settled else None
        return _Plans(cost, calls, settled)

    def _hidden(self, limits: Limits, rights: Rights) -> str:
        said = f"{limits.kind}\0{_known_by(rights.caller, rights)}"
        return self._key.digest(said.encode()).hex()[:32]


def _demands(rights: Rights, limits: Limits, estimate: Estimate) -> list[Demand]:
    """One operation first."""
    contract, allowance = rights.contract, limits.allowance
    per_minute = contract.rate_per_minute if contract else allowance.operations_per_minute
    demands = [
        Demand("operations", 1, per_minute, Stretch.MINUTE),
        Demand("cost", math.ceil(estimate.cost.fields), allowance.cost_per_minute, Stretch.MINUTE),
    ]
    for name, source, limit, stretch in limits.call_limits:
        calls = estimate.reach.calls.get(source, 0)
        if calls:
            demands.append(Demand(name, calls, limit, stretch, source))
    if contract and estimate.reach.persons:
        demands.append(Demand(PERSONS, estimate.reach.persons, contract.daily_quota, Stretch.DAY))
    return demands


def hold(estimate: Estimate, limits: Limits) -> None:
    """Raises Refused, COST_LIMIT, where one operation wants more than any one may."""
    types, fields = math.ceil(estimate.cost.types), math.ceil(estimate.cost.fields)
    if types > limits.allowance.type_cost:
        raise _beyond("TYPE_COST", types, limits.allowance.type_cost)
    if fields > limits.allowance.field_cost:
        raise _beyond("FIELD_COST", fields, limits.allowance.field_cost)
    for source, limit in limits.most_calls.items():
        calls = estimate.reach.calls.get(source, 0)
        if calls > limit:
            raise _beyond("CALLS", calls, limit, source)


def _beyond(measure: str, cost: int, limit: int, source: Source | None = None) -> Refused:
    details: dict[str, object] = {"measure": measure, "cost": cost, "limit": limit}
    if source is not None:
        details["source"] = source.value
    return Refused(Code.COST_LIMIT, "The operation asks for more than one operation may.", details)


def limits_of(kind: CallerKind, allowance: Allowance) -> Limits:
    per_stretch = ((allowance.calls_per_minute, Stretch.MINUTE), (allowance.calls_per_day, Stretch.DAY))
    return Limits(
        kind=kind.value,
        allowance=allowance,
        most_calls={source: limit for source in Source if (limit := allowance.calls.of(source)) is not None},
        call_limits=tuple(
            _CallLimit(f"calls-{source.value.lower().replace('_', '-')}-{stretch.name.lower()}", source, limit, stretch)
            for source in Source
            for limits, stretch in per_stretch
            if (limit := limits.of(source)) is not None
        ),
    )


def _known_by(caller: Caller, rights: Rights) -> str:
    """An agency is its contract, whichever of its clients asks; a citizen is a person, whichever app asks."""
    if rights.contract is not None:
        return f"contract {rights.contract.name}"
    if (caller.kind is CallerKind.CITIZEN or caller.kind is CallerKind.EMPLOYER) and caller.subject is not None:
        return f"subject {caller.subject.digits}"
    return f"client {caller.client or ''}"
