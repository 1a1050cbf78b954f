"""The conversation with an office."""

import msgspec

from adapters.outbound.case_files.wire import ActOnTheWire, Answer, FileOnTheWire, Search
from adapters.outbound.http import Channel
from adapters.outbound.json_service import JsonService
from adapters.outbound.settings import AccountSettings
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent


class CaseFileClient:
    """`cases` is the path under which cases are handed in; `/search` and `/acts` stand below it."""

    def __init__(self, office: Source, channel: Channel, account: AccountSettings, cases: str, clock: Clock) -> None:
        self._service = JsonService(channel, account, clock, Answer, {"OK", "NOT_FOUND"})
        self._office, self._cases = office, cases

    async def hand_in(self, case: msgspec.Struct, service: str = "") -> FileOnTheWire:
        return self._needed(await self._ask(f"{self._cases}{service}", case))

    async def search(self, reference: str) -> FileOnTheWire | None:
        return await self._ask(f"{self._cases}/search", Search(reference=reference))

    async def act(self, act: ActOnTheWire) -> FileOnTheWire:
        return self._needed(await self._ask(f"{self._cases}/acts", act))

    async def _ask(self, path: str, said: msgspec.Struct) -> FileOnTheWire | None:
        """Raises SourceFailure."""
        answer = await self._service.ask(path, said)
        if answer.result == "NOT_FOUND":
            return None
        if answer.file is None:
            raise SourceIncoherent(self._office, "OK without a file")
        return answer.file

    def _needed(self, file: FileOnTheWire | None) -> FileOnTheWire:
        if file is None:
            raise SourceIncoherent(self._office, "it does not know what it was just told")
        return file
