"""The conversation with the SMS gateway."""

from adapters.outbound.http import Channel
from adapters.outbound.json_service import JsonService
from adapters.sms.settings import SmsSettings
from adapters.sms.wire import Answer, MessageOnTheWire
from gateway.domain.clock import Clock
from gateway.domain.failure import Source

SMS = Source.SMS
MESSAGES = "/v1/messages"


class SmsClient:
    def __init__(self, channel: Channel, settings: SmsSettings, clock: Clock) -> None:
        self._service = JsonService(channel, settings, clock, Answer, {"OK", "NO_NUMBER"})

    async def send(self, message: MessageOnTheWire) -> Answer:
        """OK, or NO_NUMBER. Raises SourceFailure: then it may have been taken."""
        return await self._service.ask(MESSAGES, message)
