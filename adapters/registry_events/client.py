"""The conversation with the feed: HTTP Basic, one POST a question."""

import base64

import msgspec

from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from adapters.registry_events.settings import RegistryEventsSettings
from adapters.registry_events.wire import Answer, Read, Search
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable

EVENTS = Source.REGISTRY_EVENTS
READ, SEARCH = "/v1/events/read", "/v1/events/search"


class RegistryEventsClient:
    def __init__(self, channel: Channel, settings: RegistryEventsSettings, clock: Clock) -> None:
        account = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._channel, self._clock = channel, clock

    async def read(self, page: Read) -> Answer:
        return await self._ask(READ, page)

    async def search(self, search: Search) -> Answer:
        return await self._ask(SEARCH, search)

    async def _ask(self, path: str, said: msgspec.Struct) -> Answer:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(EVENTS, reply, self._clock):
            raise failure
        answer = read_json(EVENTS, reply.body, Answer)
        match answer.result:
            case "OK":
                return answer
            case "BUSY":
                raise SourceUnavailable(EVENTS, "BUSY")
        raise SourceIncoherent(EVENTS, "HTTP 200 with an error that we do not know")
