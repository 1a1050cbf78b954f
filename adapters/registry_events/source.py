"""What can be asked of the registry's events: a person's, as a Lookup, and the feed in its order."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from adapters.registry_events.client import EVENTS, RegistryEventsClient
from adapters.registry_events.settings import RegistryEventsSettings
from adapters.registry_events.translate import events_by_person, page_from
from adapters.registry_events.wire import Read, Search
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.registry_event import FeedPage, RegistryEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEvents:
    """`feed` is a `RegistryFeed`."""

    events_by_person: Lookup[NationalId, tuple[RegistryEvent, ...]]
    feed: "Feed"


class Feed:
    """A `RegistryFeed`. Each page is one guarded call."""

    def __init__(self, client: RegistryEventsClient, guard: Guard) -> None:
        self._client, self._guard = client, guard

    async def read(self, after: int, limit: int) -> FeedPage:
        async def page() -> FeedPage:
            return page_from(await self._client.read(Read(after=after, limit=limit)), after, limit)

        return await self._guard("registry_feed", page)


@contextlib.asynccontextmanager
async def connect(
    settings: RegistryEventsSettings, clock: Clock, guard: Guard = unguarded
) -> AsyncIterator[RegistryEvents]:
    """Opens the pool; asks nobody yet. `guard`: of each batch and of each page of the feed."""
    async with open_channel(EVENTS, settings.url, settings) as channel:
        client = RegistryEventsClient(channel, settings, clock)
        patient = answered_within(
            guarded(_of_a_batch(client, clock), "events_by_person", guard), EVENTS, seconds=settings.patience
        )
        yield RegistryEvents(events_by_person=in_batches(patient, size=settings.batch_size), feed=Feed(client, guard))


def _of_a_batch(client: RegistryEventsClient, clock: Clock) -> Lookup[NationalId, tuple[RegistryEvent, ...]]:
    async def lookup(
        keys: Sequence[NationalId], /
    ) -> Mapping[NationalId, Fact[tuple[RegistryEvent, ...]] | SourceFailure]:
        said = await client.search(Search(national_codes=[person.digits for person in keys]))
        provenance = Provenance(source=EVENTS, fetched_at=clock.now())
        return {person: Fact(mine, provenance) for person, mine in events_by_person(said, keys).items()}

    return lookup
