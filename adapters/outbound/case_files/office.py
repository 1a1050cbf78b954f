"""An office that takes any of its services as a case file: hand it a case, ask for its file, forward an act."""

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence

from adapters.outbound.case_files.client import CaseFileClient
from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.settings import OfficeSettings
from adapters.outbound.case_files.translate import act_from, file_from
from adapters.outbound.case_files.wire import FileOnTheWire
from adapters.outbound.http import open_channel
from gateway.domain.clock import Clock
from gateway.domain.failure import Source
from gateway.domain.office import Delivery, Enclosure, OfficeFile
from gateway.domain.request import Act

CASES = "/v1/cases"


class CaseOffice:
    """An `Office`."""

    def __init__(self, office: Source, client: CaseFileClient, forms: Mapping[str, Form]) -> None:
        self._office, self._client = office, client
        self._forms = {form.service.name: form for form in forms.values()}
        # Names mean the same in every form: a file alone does not say which service it is of.
        self._labels = {name: words for form in forms.values() for name, words in form.results.items()}

    async def deliver(self, delivery: Delivery) -> OfficeFile:
        form = self._forms[delivery.service]
        said = await self._client.hand_in(form.case_of(delivery), f"/{form.path}")
        return self._read(said, delivery.reference)

    async def file(self, reference: str) -> OfficeFile | None:
        said = await self._client.search(reference)
        return self._read(said, reference) if said else None

    async def forward(self, reference: str, act: Act, enclosures: Sequence[Enclosure]) -> OfficeFile:
        return self._read(await self._client.act(act_from(reference, act, enclosures)), reference)

    def _read(self, said: FileOnTheWire, reference: str) -> OfficeFile:
        return file_from(self._office, said, reference, self._labels)


@contextlib.asynccontextmanager
async def open_office(
    office: Source, settings: OfficeSettings, forms: Mapping[str, Form], clock: Clock
) -> AsyncIterator[CaseOffice]:
    """Opens the pool; asks nobody."""
    async with open_channel(office, settings.url, settings) as channel:
        client = CaseFileClient(office, channel, settings, CASES, clock)
        yield CaseOffice(office, client, forms)
