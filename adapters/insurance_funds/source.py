"""What can be asked of the other funds, as a Lookup: 100 persons a call."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.insurance_funds.client import FUNDS, InsuranceFundsClient
from adapters.insurance_funds.settings import InsuranceFundsSettings
from adapters.insurance_funds.translate import memberships_by_person
from adapters.insurance_funds.wire import Search
from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.other_fund import FundMembership


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceFunds:
    fund_memberships_by_person: Lookup[NationalId, tuple[FundMembership, ...]]


@contextlib.asynccontextmanager
async def connect(
    settings: InsuranceFundsSettings, clock: Clock, guard: Guard = unguarded
) -> AsyncIterator[InsuranceFunds]:
    """Opens the pool; asks nobody yet. `guard`: of each batch."""
    async with open_channel(FUNDS, settings.url, settings) as channel:
        client = InsuranceFundsClient(channel, settings, clock)
        patient = answered_within(
            guarded(_of_a_batch(client, clock), "fund_memberships_by_person", guard), FUNDS, seconds=settings.patience
        )
        yield InsuranceFunds(fund_memberships_by_person=in_batches(patient, size=settings.batch_size))


def _of_a_batch(client: InsuranceFundsClient, clock: Clock) -> Lookup[NationalId, tuple[FundMembership, ...]]:
    async def lookup(
        keys: Sequence[NationalId], /
    ) -> Mapping[NationalId, Fact[tuple[FundMembership, ...]] | SourceFailure]:
        said = await client.search(Search(national_codes=[person.digits for person in keys]))
        provenance = Provenance(source=FUNDS, fetched_at=clock.now())
        return {
            person: mine if isinstance(mine, SourceFailure) else Fact(mine, provenance)
            for person, mine in memberships_by_person(said.memberships, keys).items()
        }

    return lookup
