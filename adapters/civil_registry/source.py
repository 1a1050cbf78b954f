"""What can be asked of the civil registry, as Lookups: one person a call, never two calls for one person at a time."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.civil_registry.client import CivilRegistryClient
from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.civil_registry.translate import REGISTRY, citizen_from, photo_from
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from adapters.outbound.single_flight import single_flight
from gateway.domain.citizen import Citizen, Photo
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class CivilRegistry:
    citizens_by_national_id: Lookup[NationalId, Citizen]
    photos_by_national_id: Lookup[NationalId, Photo]


@contextlib.asynccontextmanager
async def connect(
    settings: CivilRegistrySettings, clock: Clock, guard: Guard = unguarded
) -> AsyncIterator[CivilRegistry]:
    """Opens the pool; asks nobody yet. `guard`: of each call."""
    async with open_channel(REGISTRY, settings.url, settings) as channel:
        client = CivilRegistryClient(channel, settings, clock)

        async def citizen(person: NationalId) -> Citizen | None:
            return citizen_from(await client.person(person), person, settings, clock.now())

        async def photo(person: NationalId) -> Photo | None:
            return photo_from(await client.photo(person), person, clock.now())

        yield CivilRegistry(
            citizens_by_national_id=_one_person_a_call("citizens_by_national_id", citizen, settings, clock, guard),
            photos_by_national_id=_one_person_a_call("photos_by_national_id", photo, settings, clock, guard),
        )


def _one_person_a_call(
    operation: str,
    ask: Callable[[NationalId], Awaitable[V | None]],
    settings: CivilRegistrySettings,
    clock: Clock,
    guard: Guard,
) -> Lookup[NationalId, V]:
    async def lookup(keys: Sequence[NationalId], /) -> Mapping[NationalId, Fact[V] | SourceFailure]:
        (person,) = keys
        value = await ask(person)
        if value is None:
            return {}
        return {person: Fact(value, Provenance(source=REGISTRY, fetched_at=clock.now()))}

    return single_flight(answered_within(guarded(lookup, operation, guard), REGISTRY, seconds=settings.patience))
