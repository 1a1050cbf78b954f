"""A memory that fails costs a request nothing but the memory: proved on a real Redis that is killed or frozen."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from gateway.domain.lookup import Fact
from gateway.loading.gathered_memory import GatheredMemory
from gateway.loading.guarded_memory import GuardedMemory, GuardTimes
from gateway.loading.keyring import Keyring
from gateway.loading.local_memory import LocalMemory
from gateway.loading.memory import remembered
from gateway.loading.redis_memory import open_memory
from gateway.loading.stores import Entry
from tests.loading.conftest import Branches, HeldClock
from tests.loading.pensions import PENSIONS, SARA, pension
from tests.servers.redis_servers import RedisServer

QUICK = GuardTimes(answer=0.25, write=0.5, probe=0.02, rest=0.1, farewell=0.2)


async def opened(url: str, keyring: Keyring) -> GuardedMemory:
    gathered = open_memory(url, keyring, times=QUICK)
    assert isinstance(gathered, GatheredMemory)
    memory = gathered.memory
    assert isinstance(memory, GuardedMemory)
    return memory


def at_once(memory: GuardedMemory) -> bool:
    """Whether a question is a miss without any waiting: its coroutine ends with its first step."""
    try:
        memory.get_many([b"k"]).send(None)
    except StopIteration as ended:
        answer: list[None] = ended.value
        return answer == [None]
    return False


async def until_closed(memory: GuardedMemory) -> None:
    async with asyncio.timeout(10):
        while memory.open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("fault", ["killed", "frozen"])
async def test_a_redis_that_dies_is_a_miss_at_once_and_comes_back_by_itself(
    fault: str, own_redis: RedisServer, keyring: Keyring, branches: Branches, clock: HeldClock
) -> None:
    branches.says = {SARA: pension()}
    memory = await opened(own_redis.url, keyring)
    pensions = remembered(branches, memory, PENSIONS, clock)
    await pensions([SARA])
    await memory.flush()
    await pensions([SARA])
    assert len(branches.asked) == 1

    if fault == "killed":
        own_redis.kill()
    else:
        own_redis.freeze()
    assert isinstance((await pensions([SARA]))[SARA], Fact)
    assert memory.counts.faults == 1  # it waited once, for as long as an answer may take
    assert at_once(memory)
    for _ in range(50):
        assert isinstance((await pensions([SARA]))[SARA], Fact)
    assert memory.open
    assert memory.counts.faults == 1  # and never again
    assert memory.counts.skipped >= 51

    if fault == "killed":
        own_redis.start()
    else:
        own_redis.thaw()
    await until_closed(memory)
    asked = len(branches.asked)
    await pensions([SARA])
    await memory.flush()
    await pensions([SARA])
    assert len(branches.asked) <= asked + 1
    assert memory.counts.faults == 1
    await memory.aclose()


async def test_a_server_that_accepts_and_is_silent_delays_only_the_first(keyring: Keyring) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    memory = await opened(f"redis://127.0.0.1:{port}", keyring)
    async with asyncio.timeout(50 * QUICK.answer):  # they wait together: one after the other, it would be a hundred
        assert await asyncio.gather(*(memory.get_many([b"k"]) for _ in range(100))) == [[None]] * 100
    waited = memory.counts.faults
    assert at_once(memory)
    assert memory.counts.faults == waited
    await memory.aclose()
    server.close()
    await server.wait_closed()


async def test_a_memory_that_was_never_there_does_not_keep_the_gateway_from_starting(keyring: Keyring) -> None:
    before = asyncio.all_tasks()
    memory = await opened("redis://127.0.0.1:1", keyring)
    assert await memory.get_many([b"k"]) == [None]
    await memory.set_many([Entry(b"k", b"v", 10)])
    assert memory.counts.dropped == 1
    assert not await memory.ping()
    await memory.aclose()
    assert await memory.get_many([b"k"]) == [None]
    assert asyncio.all_tasks() == before


class Slow(LocalMemory):
    """Writes only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.batches: list[int] = []

    async def set_many(self, entries: Sequence[Entry]) -> None:
        self.batches.append(len(entries))
        await self.let.wait()
        await super().set_many(entries)


@pytest.fixture
def slow() -> Slow:
    return Slow()


def entries(count: int) -> list[Entry]:
    return [Entry(str(number).encode(), b"v", 10) for number in range(count)]


async def test_writes_delay_nobody_and_go_out_many_at_a_time(slow: Slow) -> None:
    memory = GuardedMemory(slow)
    for entry in entries(40):
        await memory.set_many([entry])
    assert slow.batches == []
    slow.let.set()
    await memory.flush()
    assert slow.batches == [40]
    assert memory.counts.written == 40
    await memory.aclose()


async def test_the_backlog_is_bounded_and_what_is_dropped_is_counted(slow: Slow) -> None:
    memory = GuardedMemory(slow, QUICK, backlog=30)
    await memory.set_many(entries(50))
    assert memory.counts.dropped == 20
    await memory.aclose()
    assert memory.counts.written == 0
    assert memory.counts.dropped == 50


async def test_closing_waits_a_moment_for_what_is_being_written(slow: Slow) -> None:
    memory = GuardedMemory(slow)
    await memory.set_many(entries(3))
    asyncio.get_running_loop().call_later(0.05, slow.let.set)
    await memory.aclose()
    assert memory.counts.written == 3
    assert memory.counts.dropped == 0


async def test_a_redis_that_is_full_can_still_be_read(own_redis: RedisServer, keyring: Keyring) -> None:
    memory = await opened(own_redis.url, keyring)
    await memory.set_many([Entry(b"k", b"v", 50)])
    await memory.flush()
    own_redis.ask.config_set("maxmemory", 1)
    await memory.set_many([Entry(b"other", b"v", 50)])
    await memory.flush()
    assert await memory.get_many([b"k", b"other"]) == [b"v", None]
    assert not memory.open
    assert (memory.counts.written, memory.counts.dropped, memory.counts.faults) == (1, 1, 1)
    await memory.aclose()


async def test_one_probe_at_a_time_asks_a_lost_memory(slow: Slow) -> None:
    probes = 0

    class Lost(Slow):
        async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
            raise ConnectionError("gone")

        async def ping(self) -> bool:
            nonlocal probes
            probes += 1
            await asyncio.sleep(0.05)
            raise ConnectionError("gone")

    memory = GuardedMemory(Lost(), QUICK)
    await asyncio.gather(*(memory.get_many([b"k"]) for _ in range(100)))
    await asyncio.sleep(0.2)
    assert memory.counts.faults == 100
    assert 1 <= probes <= 4
    await memory.aclose()


class Late:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        await asyncio.sleep(self.seconds)
        return [b"known"] * len(keys)

    async def set_many(self, entries: Sequence[Entry]) -> None: ...

    async def ping(self) -> bool:
        return True

    async def aclose(self) -> None: ...


async def test_what_the_process_itself_is_busy_with_is_no_fault_of_the_memory() -> None:
    memory = GuardedMemory(Late(0.02), GuardTimes(answer=0.01))

    def busy() -> None:
        time.sleep(0.05)  # other requests, which hold the loop

    asyncio.get_running_loop().call_later(0.005, busy)
    assert await memory.get_many([b"a"]) == [b"known"]
    assert memory.counts.faults == 0
    await memory.aclose()


async def test_a_memory_that_does_not_answer_is_given_up_however_busy_the_loop_is() -> None:
    memory = GuardedMemory(Late(60), GuardTimes(answer=0.005, probe=60))
    assert await memory.get_many([b"a"]) == [None]
    assert memory.counts.faults == 1
    await memory.aclose()
