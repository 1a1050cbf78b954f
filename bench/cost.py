"""What it takes to know an operation's cost and calls, against running the same operation, side by side in one run.

The sources are dicts in this process, so running is as cheap as it can be: with real systems the share is smaller.
Takes turns: estimate, then bind and run; several hundred rounds each; the ratio is of the medians. Compiling a plan is
told apart: it happens once a document.
"""

import asyncio
import datetime
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import strawberry

from gateway.domain.calendar import Day
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.clock import SystemClock
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.lookup import Fact, Provenance
from gateway.loading.context import RequestContext
from gateway.loading.counters import LocalCounters
from gateway.loading.keyring import Keyring
from gateway.loading.loaders import Loaders
from gateway.loading.sources import Sources
from gateway.operation.allowances import LimitSettings
from gateway.operation.budget import Budget
from gateway.operation.document import Documents, Understood
from gateway.operation.execution import Bound, Execution
from gateway.operation.weights import Weights
from gateway.rights.rights import Rights
from gateway.schema import build_schema
from gateway.schema.printing import sdl

ROUNDS, WARM_UP = 300, 30
SARA = NationalId("0013542419")
CALLER = Caller(kind=CallerKind.DEVELOPER, client="bench")
CLOCK, KEYRING = SystemClock(), Keyring(bytes(32))
FACTS = "identity { firstName lastName birth { jalali } lifeStatus } insurance { status links { branch kind } }"
OPERATIONS = {
    "one person": (f"query($id: NationalId!) {{ person(nationalId: $id) {{ nationalId {FACTS} }} }}", 0),
    "100 persons": (f"query($ids: [PersonRef!]!) {{ persons(nationalIds: $ids) {{ person {{ {FACTS} }} }} }}", 100),
}


class Open:
    """A policy that closes nothing, so that every field is run."""

    def rights_of(self, caller: Caller) -> Rights:
        return Rights(caller)

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        return lambda *_: True


def sources() -> Sources:
    now = datetime.datetime.now(datetime.UTC)
    values: dict[str, Any] = {
        "citizens_by_national_id": Citizen(
            national_id=SARA,
            first_name="سارا",
            last_name="صادقی",
            gender=Gender.FEMALE,
            birth=Day(1360),
            life_status=LifeStatus.ALIVE,
        ),
        "insurances_by_person": Insurance(status=InsuranceStatus.NO_LINK),
    }

    def lookup(name: str) -> Any:
        async def ask(keys: Sequence[Any], /) -> dict[Any, Any]:
            provenance = Provenance(source=Source.CIVIL_REGISTRY, fetched_at=now)
            return {key: Fact(values[name], provenance) for key in keys}

        return ask

    return Sources(**{question.name: lookup(question.name) for question in fields(Sources)})


class Trial:
    """One operation, with all that it takes to estimate and to run it."""

    def __init__(self, schema: strawberry.Schema, weights: Weights, text: str, persons: int) -> None:
        self.execution = Execution(schema)
        self.weights = weights
        self.variables: dict[str, Any] = {"ids": [SARA.digits] * persons} if persons else {"id": SARA.digits}
        understood = Documents(schema).understood(text)
        assert isinstance(understood, Understood), understood  # noqa: S101
        self.understood, self.operation = understood, understood.operation(None)
        self.asked, self.budget = sources(), self.fresh_budget()

    def fresh_budget(self) -> Budget:
        return Budget(self.weights, LimitSettings(), LocalCounters(CLOCK), KEYRING, CLOCK)

    def estimate(self, budget: Budget) -> float:
        began = time.perf_counter()
        budget.estimate(self.understood, self.operation, self.variables)
        return time.perf_counter() - began

    async def spend(self) -> float:
        began = time.perf_counter()
        await self.budget.spend(Rights(CALLER), self.understood, self.operation, self.variables)
        return time.perf_counter() - began

    async def run(self) -> float:
        context = RequestContext(
            caller=CALLER,
            rights=Rights(CALLER),
            policy=Open(),
            closed_fields={},
            loaders=Loaders(self.asked, clock=CLOCK),
            clock=CLOCK,
            keyring=KEYRING,
            entitlement_rules=EntitlementRules(),
            correlation_id="bench",
        )
        began = time.perf_counter()
        bound = self.execution.bind(self.understood, self.variables, None, context)
        assert isinstance(bound, Bound), bound  # noqa: S101
        result = await self.execution.run(bound, seconds=10)
        ran = time.perf_counter() - began
        await context.loaders.close()
        assert not result.errors, result.errors  # noqa: S101
        return ran


async def measured() -> None:
    schema, weights = build_schema(), Weights(sdl())
    for name, (text, persons) in OPERATIONS.items():
        trial = Trial(schema, weights, text, persons)
        taken: dict[str, list[float]] = {"compile once": [], "estimate": [], "estimate and count": [], "run": []}
        for turn in range(WARM_UP + ROUNDS):
            compiled = trial.estimate(trial.fresh_budget())
            round_ = (compiled, trial.estimate(trial.budget), await trial.spend(), await trial.run())
            if turn >= WARM_UP:
                for kept, value in zip(taken.values(), round_, strict=True):
                    kept.append(value)
        told(name, {what: statistics.median(values) for what, values in taken.items()})


def told(name: str, medians: dict[str, float]) -> None:
    sys.stdout.write(f"{name}: run {medians['run'] * 1e3:.2f} ms\n")
    for what in ("compile once", "estimate", "estimate and count"):
        sys.stdout.write(f"  {what:<20}{medians[what] * 1e6:7.0f} µs{medians[what] / medians['run']:9.4f} of running\n")


if __name__ == "__main__":
    asyncio.run(measured())
