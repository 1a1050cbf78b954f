"""What can be asked of Bank Refah, as Lookups: 50 payers a call, all their pages."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from adapters.bank_refah.client import BankRefahClient
from adapters.bank_refah.settings import BankRefahSettings
from adapters.bank_refah.translate import BANK, payments_by_payer
from adapters.bank_refah.wire import ReceiptsQuery
from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from adapters.outbound.pages import Sheet, all_rows
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.payment import PremiumPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRefah:
    payments_by_payer: Lookup[NationalId, tuple[PremiumPayment, ...]]


@contextlib.asynccontextmanager
async def connect(settings: BankRefahSettings, clock: Clock, guard: Guard = unguarded) -> AsyncIterator[BankRefah]:
    """Opens the pool; asks nobody yet. `guard`: of each batch with its pages."""
    async with open_channel(
        BANK,
        settings.url,
        timeout=settings.timeout,
        parallelism=settings.parallelism,
        max_answer_bytes=settings.max_answer_bytes,
        ca_file=settings.ca_file,
        client=settings.http_client,
    ) as channel:
        one_batch = _payments_of_a_batch(BankRefahClient(channel, settings, clock), settings, clock)
        patient = answered_within(guarded(one_batch, "payments_by_payer", guard), BANK, seconds=settings.patience)
        yield BankRefah(payments_by_payer=in_batches(patient, size=settings.batch_size))


def _payments_of_a_batch(
    client: BankRefahClient, settings: BankRefahSettings, clock: Clock
) -> Lookup[NationalId, tuple[PremiumPayment, ...]]:
    async def lookup(
        payers: Sequence[NationalId], /
    ) -> Mapping[NationalId, Fact[tuple[PremiumPayment, ...]] | SourceFailure]:
        codes = [payer.digits for payer in payers]

        async def page(number: int) -> Sheet[msgspec.Raw]:
            return await client.receipts(ReceiptsQuery(payers=codes, page=number, page_size=settings.page_size))

        rows = await all_rows(BANK, page, page_size=settings.page_size, max_pages=settings.max_pages)
        provenance = Provenance(source=BANK, fetched_at=clock.now())
        return {
            payer: said if isinstance(said, SourceFailure) else Fact(said, provenance)
            for payer, said in payments_by_payer(rows, payers).items()
        }

    return lookup
