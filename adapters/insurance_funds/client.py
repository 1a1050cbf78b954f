"""The conversation with the other funds."""

from adapters.insurance_funds.settings import InsuranceFundsSettings
from adapters.insurance_funds.wire import Answer, Search
from adapters.outbound.http import Channel
from adapters.outbound.json_service import JsonService
from gateway.domain.clock import Clock
from gateway.domain.failure import Source

FUNDS = Source.INSURANCE_FUNDS
SEARCH = "/v1/memberships/search"


class InsuranceFundsClient:
    def __init__(self, channel: Channel, settings: InsuranceFundsSettings, clock: Clock) -> None:
        self._service = JsonService(channel, settings, clock, Answer, {"OK"})

    async def search(self, search: Search) -> Answer:
        """Raises SourceFailure."""
        return await self._service.ask(SEARCH, search)
