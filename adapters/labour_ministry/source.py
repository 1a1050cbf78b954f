"""What can be asked of the Labour Ministry, as Lookups: 100 persons a call, all their pages."""

from __future__ import annotations  # inner functions are made anew for each question, and with them theirs

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from adapters.labour_ministry.client import LabourMinistryClient, TokenAuthority
from adapters.labour_ministry.settings import LabourMinistrySettings
from adapters.labour_ministry.translate import MINISTRY, cases_by_person
from adapters.labour_ministry.wire import CasesQuery
from adapters.outbound.batches import in_batches
from adapters.outbound.deadline import answered_within
from adapters.outbound.guard import Guard, guarded, unguarded
from adapters.outbound.http import open_channel
from adapters.outbound.pages import Sheet, all_rows
from adapters.outbound.token import TokenKeeper
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact, Lookup, Provenance
from gateway.domain.unemployment import UnemploymentCase


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourMinistry:
    unemployment_cases_by_person: Lookup[NationalId, UnemploymentCase]


@contextlib.asynccontextmanager
async def connect(
    settings: LabourMinistrySettings, clock: Clock, guard: Guard = unguarded
) -> AsyncIterator[LabourMinistry]:
    """Opens the pool and begins to fetch a token, without waiting for it: a silent ministry stops no start.

    `guard`: of each batch with its pages.
    """
    async with contextlib.AsyncExitStack() as stack:
        channel = await stack.enter_async_context(open_channel(MINISTRY, settings.url, settings))
        authority = TokenAuthority(channel, settings, clock)
        keeper = await stack.enter_async_context(
            TokenKeeper(authority.new_token, clock, renew_before=settings.renew_before)
        )
        one_batch = _cases_of_a_batch(LabourMinistryClient(channel, keeper, clock), settings, clock)
        watched = guarded(one_batch, "unemployment_cases_by_person", guard)
        patient = answered_within(watched, MINISTRY, seconds=settings.patience)
        yield LabourMinistry(unemployment_cases_by_person=in_batches(patient, size=settings.batch_size))


def _cases_of_a_batch(
    client: LabourMinistryClient, settings: LabourMinistrySettings, clock: Clock
) -> Lookup[NationalId, UnemploymentCase]:
    async def lookup(persons: Sequence[NationalId], /) -> Mapping[NationalId, Fact[UnemploymentCase] | SourceFailure]:
        codes = [person.digits for person in persons]

        async def page(number: int) -> Sheet[msgspec.Raw]:
            return await client.cases(CasesQuery(national_codes=codes, page=number, limit=settings.page_size))

        rows = await all_rows(MINISTRY, page, page_size=settings.page_size, max_pages=settings.max_pages)
        provenance = Provenance(source=MINISTRY, fetched_at=clock.now())
        return {
            person: said if isinstance(said, SourceFailure) else Fact(said, provenance)
            for person, said in cases_by_person(rows, persons).items()
        }

    return lookup
