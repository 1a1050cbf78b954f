"""The conversation with a system that takes JSON over HTTP Basic: one POST a question, every one of them repeatable."""

from collections.abc import Collection
from typing import Generic, Protocol, TypeVar

import msgspec

from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.settings import AccountSettings
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import SourceIncoherent, SourceUnavailable


class Answer(Protocol):
    @property
    def result(self) -> str: ...


A = TypeVar("A", bound=Answer)


class JsonService(Generic[A]):
    """`shape` is that of its answers; `results` are those that are answers, and no failures, to whoever asks."""

    def __init__(
        self, channel: Channel, account: AccountSettings, clock: Clock, shape: type[A], results: Collection[str]
    ) -> None:
        self._headers = {"content-type": "application/json", "authorization": account.authorization()}
        self._channel, self._clock, self._shape, self._results = channel, clock, shape, results

    async def ask(self, path: str, said: msgspec.Struct) -> A:
        """Raises SourceFailure, also for a 200 that holds an error."""
        source = self._channel.source
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(source, reply, self._clock):
            raise failure
        answer = read_json(source, reply.body, self._shape)
        if answer.result in self._results:
            return answer
        if answer.result == "BUSY":
            raise SourceUnavailable(source, "BUSY")
        raise SourceIncoherent(source, "HTTP 200 with an error that we do not know")
