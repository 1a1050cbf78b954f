"""The conversation with the registry: a SOAP envelope under HTTP Basic, one person a call."""

from lxml import etree

from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.civil_registry.wire import (
    PERSON_OPERATION,
    PHOTO_OPERATION,
    PersonOnTheWire,
    PhotoOnTheWire,
    person_on_the_wire,
    photo_on_the_wire,
    question,
    returned,
)
from adapters.outbound.http import Channel
from adapters.outbound.soap import content_of, envelope
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.identifiers import NationalId

REGISTRY = Source.CIVIL_REGISTRY


class CivilRegistryClient:
    def __init__(self, channel: Channel, settings: CivilRegistrySettings, clock: Clock) -> None:
        self._headers = {
            "content-type": "text/xml; charset=utf-8",
            "soapaction": '"urn:mediate"',
            "authorization": settings.authorization(),
        }
        self._channel = channel
        self._path = settings.path
        self._clock = clock

    async def person(self, person: NationalId) -> PersonOnTheWire:
        """getEstelam3. Raises SourceFailure where the answer is no record and no message."""
        return person_on_the_wire(await self._ask(PERSON_OPERATION, person))

    async def photo(self, person: NationalId) -> PhotoOnTheWire:
        """getEstelamC. Raises SourceFailure where the answer is no picture and no message."""
        return photo_on_the_wire(await self._ask(PHOTO_OPERATION, person))

    async def _ask(self, operation: str, person: NationalId) -> etree._Element:
        reply = await self._channel.post(self._path, envelope(question(operation, person)), self._headers)
        failure = failure_of_status(REGISTRY, reply, self._clock)
        if failure and reply.status != 500:
            raise failure
        try:
            content = content_of(REGISTRY, reply.body)
        except SourceIncoherent as incoherent:
            # A technical error is HTTP 500 with a Fault, which content_of raises; without one, the status stands.
            raise failure or incoherent from None
        result = returned(content, operation)
        if failure or result is None:
            raise failure or SourceIncoherent(REGISTRY, f"no answer to {operation}")
        return result
