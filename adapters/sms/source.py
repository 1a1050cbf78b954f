"""The SMS gateway as an `Outbox`."""

import contextlib
from collections.abc import AsyncIterator

from adapters.outbound.http import open_channel
from adapters.sms.client import SMS, SmsClient
from adapters.sms.settings import SmsSettings
from adapters.sms.translate import message_from, sending_from
from gateway.domain.clock import Clock
from gateway.domain.messages import Message, Sending


class Sms:
    """An `Outbox`. Whoever sends decides when a message is tried again."""

    def __init__(self, client: SmsClient) -> None:
        self._client = client

    async def send(self, message: Message) -> Sending:
        return sending_from(await self._client.send(message_from(message)), message)


@contextlib.asynccontextmanager
async def connect(settings: SmsSettings, clock: Clock) -> AsyncIterator[Sms]:
    """Opens the pool; asks nobody."""
    async with open_channel(SMS, settings.url, settings) as channel:
        yield Sms(SmsClient(channel, settings, clock))
