"""A remembered Lookup is a Lookup: it keeps every promise of one, over each memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from gateway.domain.failure import Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.pension import Pension
from gateway.loading.guarded_memory import GuardTimes
from gateway.loading.keyring import Keyring
from gateway.loading.local_memory import LocalMemory
from gateway.loading.memory import remembered
from gateway.loading.redis_memory import open_memory
from gateway.loading.stores import Memory
from tests.contracts.lookup_contract import CancellableLookupContract, Subject
from tests.loading.conftest import Branches, HeldClock
from tests.loading.pensions import MINA, PENSIONS, REZA, SARA, pension
from tests.servers.redis_servers import RedisServer


class SilentBranches(Branches):
    silent = False

    async def __call__(self, keys: Sequence[NationalId]) -> Mapping[NationalId, Fact[Pension] | SourceFailure]:
        answer = await super().__call__(keys)
        if self.silent:
            await asyncio.Event().wait()
        return answer


def subject_over(memory: Memory, clock: HeldClock) -> Subject[NationalId, Pension]:
    branches = SilentBranches(clock)
    branches.says = {SARA: pension("1"), REZA: pension("2")}

    def broken() -> None:
        branches.fault = SourceUnavailable(Source.BRANCH_DATABASES)

    def silent() -> None:
        branches.silent = True

    return Subject(
        lookup=remembered(branches, memory, PENSIONS, clock),
        known=[SARA, REZA],
        unknown=[MINA],
        asked=lambda: len(branches.asked),
        broken=broken,
        silent=silent,
    )


class TestRememberedInProcess(CancellableLookupContract):
    @pytest.fixture
    def subject(self, clock: HeldClock) -> Subject[NationalId, Pension]:
        return subject_over(LocalMemory(clock=clock), clock)


class TestRememberedInRedis(CancellableLookupContract):
    @pytest.fixture
    async def subject(
        self, clock: HeldClock, redis_server: RedisServer, keyring: Keyring
    ) -> AsyncIterator[Subject[NationalId, Pension]]:
        memory = open_memory(redis_server.url, keyring, times=GuardTimes(answer=5, write=5))
        yield subject_over(memory, clock)
        await memory.aclose()


class TestRememberedInADeadRedis(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, clock: HeldClock, keyring: Keyring) -> AsyncIterator[Subject[NationalId, Pension]]:
        memory = open_memory("redis://127.0.0.1:1", keyring)
        await memory.get_many([b"the first fault starts the memory's own probe"])
        yield subject_over(memory, clock)
        await memory.aclose()
