"""The conversation with the feed."""

from adapters.outbound.http import Channel
from adapters.outbound.json_service import JsonService
from adapters.registry_events.settings import RegistryEventsSettings
from adapters.registry_events.wire import Answer, Read, Search
from gateway.domain.clock import Clock
from gateway.domain.failure import Source

EVENTS = Source.REGISTRY_EVENTS
READ, SEARCH = "/v1/events/read", "/v1/events/search"


class RegistryEventsClient:
    """Both raise SourceFailure."""

    def __init__(self, channel: Channel, settings: RegistryEventsSettings, clock: Clock) -> None:
        self._service = JsonService(channel, settings, clock, Answer, {"OK"})

    async def read(self, page: Read) -> Answer:
        return await self._service.ask(READ, page)

    async def search(self, search: Search) -> Answer:
        return await self._service.ask(SEARCH, search)
