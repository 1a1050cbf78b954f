"""The conversation with the SMS gateway: HTTP Basic, one POST a message, repeatable."""

import base64

import msgspec

from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from adapters.sms.settings import SmsSettings
from adapters.sms.wire import Answer, MessageOnTheWire
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable

SMS = Source.SMS
MESSAGES = "/v1/messages"


class SmsClient:
    def __init__(self, channel: Channel, settings: SmsSettings, clock: Clock) -> None:
        account = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._channel, self._clock = channel, clock

    async def send(self, message: MessageOnTheWire) -> Answer:
        """OK, or NO_NUMBER. Raises SourceFailure: then it may have been taken."""
        return await self._ask(MESSAGES, message)

    async def _ask(self, path: str, said: msgspec.Struct) -> Answer:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(SMS, reply, self._clock):
            raise failure
        answer = read_json(SMS, reply.body, Answer)
        match answer.result:
            case "OK" | "NO_NUMBER":
                return answer
            case "BUSY":
                raise SourceUnavailable(SMS, "BUSY")
        raise SourceIncoherent(SMS, "HTTP 200 with an error that we do not know")
