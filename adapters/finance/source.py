"""What can be asked of the finance department, as a Lookup: 50 documents a call; and the order to issue one."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.finance.client import FINANCE, FinanceClient
from adapters.finance.settings import FinanceSettings
from adapters.finance.translate import documents_by_number, issued_from, order_from
from adapters.finance.wire import Search
from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.payment_document import PaymentDocument, PaymentOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Finance:
    """`orders` is a `gateway.domain.payment_document.Finance`."""

    payment_documents_by_number: Lookup[str, PaymentDocument]
    orders: "Orders"


class Orders:
    """Issues documents. The order's reference makes it safe to send again; whoever orders decides when."""

    def __init__(self, client: FinanceClient) -> None:
        self._client = client

    async def issue(self, order: PaymentOrder) -> PaymentDocument | None:
        return issued_from(await self._client.issue(order_from(order)), order)


@contextlib.asynccontextmanager
async def connect(settings: FinanceSettings, clock: Clock, guard: Guard = unguarded) -> AsyncIterator[Finance]:
    """Opens the pool; asks nobody yet. `guard`: of each batch. Orders have none: a workflow says when they go again."""
    async with open_channel(FINANCE, settings.url, settings) as channel:
        client = FinanceClient(channel, settings, clock)
        patient = answered_within(
            guarded(_of_a_batch(client, clock), "payment_documents_by_number", guard),
            FINANCE,
            seconds=settings.patience,
        )
        yield Finance(payment_documents_by_number=in_batches(patient, size=settings.batch_size), orders=Orders(client))


def _of_a_batch(client: FinanceClient, clock: Clock) -> Lookup[str, PaymentDocument]:
    async def lookup(keys: Sequence[str], /) -> Mapping[str, Fact[PaymentDocument] | SourceFailure]:
        said = await client.search(Search(numbers=list(keys)))
        provenance = Provenance(source=FINANCE, fetched_at=clock.now())
        return {
            number: found if isinstance(found, SourceFailure) else Fact(found, provenance)
            for number, found in documents_by_number(said, keys).items()
        }

    return lookup
