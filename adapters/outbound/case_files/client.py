"""The conversation with an office: HTTP Basic, one POST a question, every one of them repeatable."""

import base64

import msgspec
from pydantic import SecretStr

from adapters.outbound.case_files.wire import ActOnTheWire, Answer, FileOnTheWire, Search
from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable


class CaseFileClient:
    """`cases` is the path under which cases are handed in; `/search` and `/acts` stand below it."""

    def __init__(
        self, office: Source, channel: Channel, username: str, password: SecretStr, cases: str, clock: Clock
    ) -> None:
        account = f"{username}:{password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._office, self._channel, self._cases, self._clock = office, channel, cases, clock

    async def hand_in(self, case: msgspec.Struct, service: str = "") -> FileOnTheWire:
        return self._needed(await self._ask(f"{self._cases}{service}", case))

    async def search(self, reference: str) -> FileOnTheWire | None:
        return await self._ask(f"{self._cases}/search", Search(reference=reference))

    async def act(self, act: ActOnTheWire) -> FileOnTheWire:
        return self._needed(await self._ask(f"{self._cases}/acts", act))

    async def _ask(self, path: str, said: msgspec.Struct) -> FileOnTheWire | None:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(self._office, reply, self._clock):
            raise failure
        answer = read_json(self._office, reply.body, Answer)
        match answer.result:
            case "OK" if answer.file is not None:
                return answer.file
            case "NOT_FOUND":
                return None
            case "BUSY":
                raise SourceUnavailable(self._office, "BUSY")
        raise SourceIncoherent(self._office, "HTTP 200 with an error that we do not know")

    def _needed(self, file: FileOnTheWire | None) -> FileOnTheWire:
        if file is None:
            raise SourceIncoherent(self._office, "it does not know what it was just told")
        return file
