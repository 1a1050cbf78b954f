"""The conversation with the other funds: HTTP Basic, one POST a question."""

import base64

import msgspec

from adapters.insurance_funds.settings import InsuranceFundsSettings
from adapters.insurance_funds.wire import Answer, Search
from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable

FUNDS = Source.INSURANCE_FUNDS
SEARCH = "/v1/memberships/search"


class InsuranceFundsClient:
    def __init__(self, channel: Channel, settings: InsuranceFundsSettings, clock: Clock) -> None:
        account = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._channel, self._clock = channel, clock

    async def search(self, search: Search) -> Answer:
        return await self._ask(SEARCH, search)

    async def _ask(self, path: str, said: msgspec.Struct) -> Answer:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(FUNDS, reply, self._clock):
            raise failure
        answer = read_json(FUNDS, reply.body, Answer)
        match answer.result:
            case "OK":
                return answer
            case "BUSY":
                raise SourceUnavailable(FUNDS, "BUSY")
        raise SourceIncoherent(FUNDS, "HTTP 200 with an error that we do not know")
