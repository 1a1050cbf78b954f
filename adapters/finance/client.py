"""The conversation with the finance department."""

from adapters.finance.settings import FinanceSettings
from adapters.finance.wire import Answer, OrderOnTheWire, Search
from adapters.outbound.http import Channel
from adapters.outbound.json_service import JsonService
from gateway.domain.clock import Clock
from gateway.domain.failure import Source

FINANCE = Source.FINANCE
ISSUE, SEARCH = "/v1/payment-documents", "/v1/payment-documents/search"


class FinanceClient:
    def __init__(self, channel: Channel, settings: FinanceSettings, clock: Clock) -> None:
        self._service = JsonService(channel, settings, clock, Answer, {"OK", "NO_ACCOUNT"})

    async def issue(self, order: OrderOnTheWire) -> Answer:
        """OK with a document, or NO_ACCOUNT. Raises SourceFailure: then it may have been carried out."""
        return await self._service.ask(ISSUE, order)

    async def search(self, search: Search) -> Answer:
        """Raises SourceFailure."""
        return await self._service.ask(SEARCH, search)
