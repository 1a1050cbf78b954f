"""Against a real Redis: round trips, expiry, and what a reader of it can learn."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from gateway.domain.lookup import Fact, Freshness
from gateway.loading import redis_memory
from gateway.loading.gathered_memory import GatheredMemory
from gateway.loading.guarded_memory import GuardedMemory, GuardTimes
from gateway.loading.keyring import Keyring
from gateway.loading.memory import remembered
from gateway.loading.redis_memory import RedisMemory, open_memory
from gateway.loading.sealed_memory import SealedMemory
from gateway.loading.stores import Entry
from tests.loading.conftest import Branches, HeldClock
from tests.loading.pensions import MINA, PENSIONS, REZA, SARA, pension, persons
from tests.servers.redis_servers import RedisCluster, RedisSentinels, RedisServer

PATIENT = GuardTimes(answer=20, write=20)  # a busy machine must not look like a fault here
Open = Callable[..., GuardedMemory]


@pytest.fixture
async def opened(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Opens memories, and closes them when the test ends."""
    monkeypatch.setattr(redis_memory, "ANSWER", PATIENT.answer)
    monkeypatch.setattr(redis_memory, "CONNECT", PATIENT.answer)
    memories: list[GuardedMemory] = []

    def open_guarded(url: str, keyring: Keyring = keyring, *former: Keyring, connections: int = 50) -> GuardedMemory:
        gathered = open_memory(url, keyring, former=former, times=PATIENT, connections=connections)
        assert isinstance(gathered, GatheredMemory)
        memory = gathered.memory
        assert isinstance(memory, GuardedMemory)
        memories.append(memory)
        return memory

    yield open_guarded
    for memory in memories:
        await memory.aclose()


async def test_replicas_share_what_one_of_them_asked(
    redis_server: RedisServer, opened: Open, branches: Branches, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("1"), REZA: pension("2")}
    one, other = opened(redis_server.url), opened(redis_server.url)
    await remembered(branches, one, PENSIONS, clock)([SARA, REZA, MINA])
    await one.flush()
    answer = await remembered(branches, other, PENSIONS, clock)([SARA, REZA, MINA])
    assert answer.keys() == {SARA, REZA}
    said = answer[REZA]
    assert isinstance(said, Fact)
    assert said.value == pension("2")
    assert said.provenance.freshness is Freshness.CACHED
    assert branches.asked == [[SARA, REZA, MINA]]


async def test_a_batch_is_one_round_trip_whatever_its_size(
    redis_server: RedisServer, opened: Open, branches: Branches, clock: HeldClock
) -> None:
    everyone = persons(300)
    memory = opened(redis_server.url)
    assert await memory.ping()
    redis_server.clear()
    await remembered(branches, memory, PENSIONS, clock)(everyone)
    await memory.flush()
    calls = redis_server.calls()
    assert calls.pop("mget") == 1
    assert calls.pop("set") == 300
    assert memory.counts.written == 300
    assert calls.keys() <= {"config|resetstat", "config", "info"}


async def test_nothing_in_redis_tells_whom_it_is_about(
    redis_server: RedisServer, opened: Open, branches: Branches, clock: HeldClock
) -> None:
    branches.says = {SARA: pension("a-pension-number")}
    memory = opened(redis_server.url)
    await remembered(branches, memory, PENSIONS, clock)([SARA, MINA])
    await memory.flush()
    keys = redis_server.ask.keys("*")
    everything = b"\n".join(keys + redis_server.ask.mget(keys))
    assert len(keys) == 2
    for secret in (SARA.digits, MINA.digits, "a-pension-number", "RETIREMENT", "0070"):
        assert secret.encode() not in everything
    assert len({len(key) for key in keys}) == 1


async def test_entries_expire_in_redis_within_their_age(
    redis_server: RedisServer, opened: Open, branches: Branches, clock: HeldClock
) -> None:
    everyone = persons(60)
    branches.says = {person: pension() for person in everyone[:50]}
    memory = opened(redis_server.url)
    await remembered(branches, memory, PENSIONS, clock)(everyone)
    await memory.flush()
    ttls = sorted(redis_server.ask.pttl(key) / 1000 for key in redis_server.ask.keys("*"))
    absent, facts = ttls[:10], ttls[10:]
    assert all(0 < ttl <= 10 for ttl in absent)
    assert all(80 < ttl <= 100 for ttl in facts)
    assert max(facts) - min(facts) > 2


async def test_what_expired_in_redis_is_a_miss(redis_server: RedisServer, opened: Open) -> None:
    memory = opened(redis_server.url)
    await memory.set_many([Entry(b"short", b"1", 0.05), Entry(b"long", b"2", 50)])
    await memory.flush()
    await asyncio.sleep(0.1)
    assert await memory.get_many([b"short", b"long"]) == [None, b"2"]


async def test_with_another_key_everything_is_a_miss(redis_server: RedisServer, opened: Open) -> None:
    memory, other = opened(redis_server.url), opened(redis_server.url, Keyring(bytes(32)))
    await memory.set_many([Entry(b"k", b"v", 50)])
    await memory.flush()
    assert await other.get_many([b"k"]) == [None]
    assert other.counts.faults == 0


async def test_a_new_master_key_still_reads_what_the_former_one_wrote_and_writes_its_own(
    redis_server: RedisServer, opened: Open, keyring: Keyring
) -> None:
    successor = Keyring(b"the next master key, 32 bytes or even more")
    before, during, after = (
        opened(redis_server.url),
        opened(redis_server.url, successor, keyring),
        opened(redis_server.url, successor),
    )
    await before.set_many([Entry(b"old", b"1", 50)])
    await before.flush()
    await during.set_many([Entry(b"new", b"2", 50)])
    await during.flush()
    redis_server.ask.config_resetstat()
    assert await during.get_many([b"old", b"new", b"none"]) == [b"1", b"2", None]
    assert redis_server.calls()["mget"] == 1
    assert await after.get_many([b"old", b"new"]) == [None, b"2"]
    assert await before.get_many([b"old", b"new"]) == [b"1", None]


async def test_values_that_were_changed_or_moved_to_another_key_are_misses(
    redis_server: RedisServer, opened: Open
) -> None:
    memory = opened(redis_server.url)
    await memory.set_many([Entry(name, b"value of " + name, 50) for name in (b"a", b"b", b"c", b"d")])
    await memory.flush()
    first, second, third, fourth = redis_server.ask.keys("*")
    redis_server.ask.copy(first, second, replace=True)
    redis_server.ask.setrange(third, 30, b"\x00\x01\x02\x03")
    redis_server.ask.set(fourth, b"\x01")
    found = await memory.get_many([b"a", b"b", b"c", b"d"])
    assert found.count(None) == 3
    redis_server.ask.delete(first)
    redis_server.ask.rpush(first, "a list")
    assert await memory.get_many([b"a", b"b", b"c", b"d"]) == [None] * 4


async def test_two_hundred_at_once_share_few_connections(redis_server: RedisServer, opened: Open) -> None:
    memory = opened(redis_server.url, connections=5)
    await memory.set_many([Entry(str(number).encode(), str(number).encode(), 50) for number in range(200)])
    await memory.flush()
    found = await asyncio.gather(*(memory.get_many([str(number).encode()]) for number in range(200)))
    assert found == [[str(number).encode()] for number in range(200)]
    assert memory.counts.faults == 0
    assert redis_server.ask.info("clients")["connected_clients"] <= 7


async def test_a_cluster_is_asked_in_one_round_trip_a_node(
    redis_cluster: RedisCluster, opened: Open, branches: Branches, clock: HeldClock
) -> None:
    everyone = persons(120)
    branches.says = {person: pension() for person in everyone[:100]}
    memory = opened(redis_cluster.url)
    await remembered(branches, memory, PENSIONS, clock)(everyone)
    await memory.flush()
    kept = [node.ask.dbsize() for node in redis_cluster.nodes]
    assert sum(kept) == 120
    assert min(kept) > 10
    for node in redis_cluster.nodes:
        node.ask.config_resetstat()
    reads = [node.ask.info("stats")["total_reads_processed"] for node in redis_cluster.nodes]
    answer = await remembered(branches, memory, PENSIONS, clock)(everyone)
    assert len(answer) == 100
    assert len(branches.asked) == 1
    for node, read, own in zip(redis_cluster.nodes, reads, kept, strict=True):
        assert node.calls()["get"] == own
        # One read is the batch; another is this very INFO, and the cluster's own talk is counted elsewhere.
        assert node.ask.info("stats")["total_reads_processed"] - read <= 4


async def test_two_hundred_at_once_do_not_exhaust_a_cluster(redis_cluster: RedisCluster, opened: Open) -> None:
    memory = opened(redis_cluster.url, connections=5)
    names = [str(number).encode() for number in range(200)]
    await memory.set_many([Entry(name, name, 50) for name in names])
    await memory.flush()
    assert await asyncio.gather(*(memory.get_many([name, b"none"]) for name in names)) == [[n, None] for n in names]
    assert memory.counts.faults == 0
    assert await memory.ping()


async def test_behind_tls_it_works_and_a_stranger_is_not_trusted(
    tls_redis: RedisServer, keyring: Keyring, opened: Open
) -> None:
    memory = opened(tls_redis.url)
    await memory.set_many([Entry(b"k", b"v", 50)])
    await memory.flush()
    assert await memory.get_many([b"k"]) == [b"v"]
    distrustful = SealedMemory(RedisMemory(tls_redis.url.partition("?")[0]), keyring)
    with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
        await distrustful.get_many([b"k"])
    await distrustful.aclose()


async def test_behind_sentinel_it_follows_the_primary(redis_sentinels: RedisSentinels, opened: Open) -> None:
    memory = opened(redis_sentinels.url)
    await memory.set_many([Entry(b"k", b"v", 50)])
    await memory.flush()
    assert await memory.get_many([b"k"]) == [b"v"]
    redis_sentinels.primary.kill()
    assert await memory.get_many([b"k"]) == [None]
    async with asyncio.timeout(30):
        while memory.open:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await memory.get_many([b"k"]) == [b"v"]
    await memory.set_many([Entry(b"k", b"written after the failover", 50)])
    await memory.flush()
    assert await memory.get_many([b"k"]) == [b"written after the failover"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://secret@host", "begins with one of"),
        ("redis://:secret@host:0x10", "cannot be read"),
        ("redis://:secret@one,two", "several hosts"),
        ("redis+sentinel://:secret@one:1,two:2", "names its service"),
        ("redis://:secret@host?sockettimeout=3", "no options but sentinel_password"),
        ("redis://:secret@host/zero", "database"),
        ("redis+cluster://:secret@host/3", "database"),
    ],
)
async def test_a_url_that_cannot_be_understood_is_refused_without_repeating_it(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        RedisMemory(url)
    assert "secret" not in str(refused.value)
