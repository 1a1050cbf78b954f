"""The commission as an Office: hand it a referral, ask for its file, forward what the citizen does."""

import contextlib
from collections.abc import AsyncIterator, Sequence

from adapters.medical_commission.client import COMMISSION, client_of
from adapters.medical_commission.settings import MedicalCommissionSettings
from adapters.medical_commission.translate import referral_from
from adapters.outbound.case_files.client import CaseFileClient
from adapters.outbound.case_files.translate import act_from, file_from
from adapters.outbound.http import open_channel
from gateway.domain.clock import Clock
from gateway.domain.office import Delivery, Enclosure, OfficeFile
from gateway.domain.request import Act


class MedicalCommission:
    """An `Office`."""

    def __init__(self, client: CaseFileClient) -> None:
        self._client = client

    async def deliver(self, delivery: Delivery) -> OfficeFile:
        return file_from(COMMISSION, await self._client.hand_in(referral_from(delivery)), delivery.reference)

    async def file(self, reference: str) -> OfficeFile | None:
        said = await self._client.search(reference)
        return file_from(COMMISSION, said, reference) if said else None

    async def forward(self, reference: str, act: Act, enclosures: Sequence[Enclosure]) -> OfficeFile:
        return file_from(COMMISSION, await self._client.act(act_from(reference, act, enclosures)), reference)


@contextlib.asynccontextmanager
async def connect(settings: MedicalCommissionSettings, clock: Clock) -> AsyncIterator[MedicalCommission]:
    """Opens the pool; asks nobody."""
    async with open_channel(COMMISSION, settings.url, settings) as channel:
        yield MedicalCommission(client_of(channel, settings, clock))
