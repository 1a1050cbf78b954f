"""The conversation with the finance department: HTTP Basic, one POST a call, every one of them repeatable."""

import base64

import msgspec

from adapters.finance.settings import FinanceSettings
from adapters.finance.wire import Answer, OrderOnTheWire, Search
from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable

FINANCE = Source.FINANCE
ISSUE, SEARCH = "/v1/payment-documents", "/v1/payment-documents/search"


class FinanceClient:
    def __init__(self, channel: Channel, settings: FinanceSettings, clock: Clock) -> None:
        account = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._channel, self._clock = channel, clock

    async def issue(self, order: OrderOnTheWire) -> Answer:
        """OK with a document, or NO_ACCOUNT. Raises SourceFailure: then it may have been carried out."""
        return await self._ask(ISSUE, order)

    async def search(self, search: Search) -> Answer:
        return await self._ask(SEARCH, search)

    async def _ask(self, path: str, said: msgspec.Struct) -> Answer:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(FINANCE, reply, self._clock):
            raise failure
        answer = read_json(FINANCE, reply.body, Answer)
        match answer.result:
            case "OK" | "NO_ACCOUNT":
                return answer
            case "BUSY":
                raise SourceUnavailable(FINANCE, "BUSY")
        raise SourceIncoherent(FINANCE, "HTTP 200 with an error that we do not know")
