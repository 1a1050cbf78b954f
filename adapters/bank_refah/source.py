"""What can be asked of Bank Refah, as Lookups: 50 keys a call, all their pages; and what it is ordered to do."""

from __future__ import annotations  # inner functions are made anew for each question, and with them theirs

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from adapters.bank_refah.client import CONFIRM, REVERSE, BankRefahClient, SignedCalls
from adapters.bank_refah.settings import BankRefahSettings
from adapters.bank_refah.translate import (
    BANK,
    confirmation_of,
    file_from,
    payments_by_payer,
    receipts_by_identifier,
    reversal_of,
)
from adapters.bank_refah.wire import ReceiptsQuery
from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from adapters.outbound.pages import Sheet, all_rows
from gateway.domain.calendar import Day
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.payment import PremiumPayment
from gateway.domain.payment_bank import ReconciliationFile
from gateway.domain.payment_identifier import PaymentIdentifier
from gateway.domain.payment_ticket import BankReceipt, BankVerdict, ReversalVerdict

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRefah:
    """`calls` reads what the bank says by itself; None where no key for that is set."""

    payments_by_payer: Lookup[NationalId, tuple[PremiumPayment, ...]]
    money: Money
    calls: SignedCalls | None


class Money:
    """The bank as `gateway/domain/payment_bank.py` wants it. No order is ever sent twice from here."""

    def __init__(
        self,
        client: BankRefahClient,
        files: BankRefahClient,
        receipts: Lookup[PaymentIdentifier, tuple[BankReceipt, ...]],
    ) -> None:
        self._client, self._files = client, files
        self.receipts_by_identifier = receipts

    async def confirm(self, receipt: BankReceipt) -> BankVerdict:
        return _verdict(BankVerdict, await self._client.order(CONFIRM, confirmation_of(receipt)))

    async def reverse(self, receipt: BankReceipt) -> ReversalVerdict:
        return _verdict(ReversalVerdict, await self._client.order(REVERSE, reversal_of(receipt)))

    async def reconciliation(self, day: Day) -> ReconciliationFile:
        return file_from(await self._files.reconciliation(day.jalali.replace("-", "")), day)


@contextlib.asynccontextmanager
async def connect(settings: BankRefahSettings, clock: Clock, guard: Guard = unguarded) -> AsyncIterator[BankRefah]:
    """Opens the pools; asks nobody yet. `guard`: of each batch with its pages; orders that move money have none, since
    they must not be repeated."""
    async with (
        open_channel(BANK, settings.url, settings) as channel,
        open_channel(BANK, settings.url, settings.for_files()) as files,
    ):
        client = BankRefahClient(channel, settings, clock)

        def lookup(
            name: str,
            query: Callable[[list[str], int], ReceiptsQuery],
            digits: Callable[[K], str],
            read: Callable[[Collection[msgspec.Raw], Collection[K]], Mapping[K, V | SourceIncoherent]],
        ) -> Lookup[K, V]:
            one_batch = _of_a_batch(client, settings, clock, query, digits, read)
            patient = answered_within(guarded(one_batch, name, guard), BANK, seconds=settings.patience)
            return in_batches(patient, size=settings.batch_size)

        yield BankRefah(
            payments_by_payer=lookup(
                "payments_by_payer",
                lambda codes, page: ReceiptsQuery(payers=codes, page=page, page_size=settings.page_size),
                lambda payer: payer.digits,
                payments_by_payer,
            ),
            calls=_calls(settings, clock),
            money=Money(
                client,
                BankRefahClient(files, settings, clock),
                lookup(
                    "receipts_by_identifier",
                    lambda named, page: ReceiptsQuery(
                        payment_identifiers=named, page=page, page_size=settings.page_size
                    ),
                    lambda identifier: identifier.digits,
                    receipts_by_identifier,
                ),
            ),
        )


def _calls(settings: BankRefahSettings, clock: Clock) -> SignedCalls | None:
    if settings.callback_secret is None:
        return None
    return SignedCalls(settings.client_id, settings.callback_secret.get_secret_value().encode(), clock)


def _of_a_batch(
    client: BankRefahClient,
    settings: BankRefahSettings,
    clock: Clock,
    query: Callable[[list[str], int], ReceiptsQuery],
    digits: Callable[[K], str],
    read: Callable[[Collection[msgspec.Raw], Collection[K]], Mapping[K, V | SourceIncoherent]],
) -> Lookup[K, V]:
    async def ask(keys: Sequence[K], /) -> Mapping[K, Fact[V] | SourceFailure]:
        named = [digits(key) for key in keys]

        async def page(number: int) -> Sheet[msgspec.Raw]:
            return await client.receipts(query(named, number))

        rows = await all_rows(BANK, page, page_size=settings.page_size, max_pages=settings.max_pages)
        provenance = Provenance(source=BANK, fetched_at=clock.now())
        return {
            key: said if isinstance(said, SourceFailure) else Fact(said, provenance)
            for key, said in read(rows, keys).items()
        }

    return ask


Verdict = TypeVar("Verdict", BankVerdict, ReversalVerdict)


def _verdict(kind: type[Verdict], said: str) -> Verdict:
    try:
        return kind(said)
    except ValueError:
        raise SourceIncoherent(BANK, "a result that we do not know") from None
