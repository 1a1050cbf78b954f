"""What an operation may use, held against its caller's limits after it is admitted and before anything is asked.

First its own size: type cost, field cost, and the worst case of calls to each system, which no retry makes smaller
(COST_LIMIT). Then what the caller has left: operations and cost a minute, calls a minute and a day, and an agency's
persons a day (RATE_LIMITED, with retryAfter). The worst case is reserved; what was not used is given back.

Where the counts cannot be reached, rates go by a share that this process grants by itself, and quotas of a day are
closed. Nobody is named where counts are kept: a caller is a keyed hash.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
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
    """Calls to one system in one stretch, for one kind of caller."""

    name: str
    source: Source
    limit: int
    stretch: Stretch


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
        self._call_limits = {kind: _call_limits(settings.of(kind)) for kind in CallerKind}

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
        allowance = self._settings.of(rights.caller.kind)
        hold(estimate, allowance)
        moment, caller = moment_of(self._clock.now()), self._hidden(rights)
        windows = [Window(demand, caller, moment) for demand in self._demands(rights, allowance, estimate)]
        for demand, _, _ in windows:
            if demand.amount > demand.limit:
                _refuse_beyond(demand.name.upper().replace("-", "_"), demand.amount, demand.limit)
        try:
            return await self._taken(estimate, windows, self._counters)
        except CountersAway as away:
            return await self._shared(estimate, windows, away)

    async def count(self, rights: Rights) -> None:
        """Takes one operation a minute, for a request that was read and will not run. Raises Overspent."""
        demand = next(self._demands(rights, self._settings.of(rights.caller.kind), NOTHING))
        windows = [Window(demand, self._hidden(rights), moment_of(self._clock.now()))]
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

    def _demands(self, rights: Rights, allowance: Allowance, estimate: Estimate) -> Iterator[Demand]:
        contract = rights.contract
        per_minute = contract.rate_per_minute if contract else allowance.operations_per_minute
        yield Demand("operations", 1, per_minute, Stretch.MINUTE)
        yield Demand("cost", math.ceil(estimate.cost.fields), allowance.cost_per_minute, Stretch.MINUTE)
        for name, source, limit, stretch in self._call_limits[rights.caller.kind]:
            calls = estimate.reach.calls.get(source, 0)
            if calls:
                yield Demand(name, calls, limit, stretch, source)
        if contract and estimate.reach.persons:
            yield Demand(PERSONS, estimate.reach.persons, contract.daily_quota, Stretch.DAY)

    def _hidden(self, rights: Rights) -> str:
        said = "\0".join((rights.caller.kind.value, _known_by(rights.caller, rights)))
        return self._key.digest(said.encode()).hex()[:32]


def hold(estimate: Estimate, allowance: Allowance) -> None:
    """Raises Refused, COST_LIMIT, where one operation wants more than any one may."""
    _refuse_beyond("TYPE_COST", math.ceil(estimate.cost.types), allowance.type_cost)
    _refuse_beyond("FIELD_COST", math.ceil(estimate.cost.fields), allowance.field_cost)
    for source, calls in estimate.reach.calls.items():
        limit = allowance.calls.of(source) if calls else None
        if limit is not None:
            _refuse_beyond("CALLS", calls, limit, source)


def _refuse_beyond(measure: str, cost: int, limit: int, source: Source | None = None) -> None:
    if cost <= limit:
        return
    details: dict[str, object] = {"measure": measure, "cost": cost, "limit": limit}
    if source is not None:
        details["source"] = source.value
    raise Refused(Code.COST_LIMIT, "The operation asks for more than one operation may.", details)


def _call_limits(allowance: Allowance) -> tuple[_CallLimit, ...]:
    return tuple(
        _CallLimit(f"calls-{source.value.lower().replace('_', '-')}-{stretch.name.lower()}", source, limit, stretch)
        for source in Source
        for limits, stretch in ((allowance.calls_per_minute, Stretch.MINUTE), (allowance.calls_per_day, Stretch.DAY))
        if (limit := limits.of(source)) is not None
    )


def _known_by(caller: Caller, rights: Rights) -> str:
    """An agency is its contract, whichever of its clients asks; a citizen is a person, whichever app asks."""
    if rights.contract is not None:
        return f"contract {rights.contract.name}"
    if caller.kind in {CallerKind.CITIZEN, CallerKind.EMPLOYER} and caller.subject is not None:
        return f"subject {caller.subject.digits}"
    return f"client {caller.client or ''}"
