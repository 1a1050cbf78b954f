"""Used proofs shared through a real Redis: one is first, and without an answer nobody is."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from gateway.loading.keyring import Keyring
from gateway.loading.redis_memory import RedisMemory
from gateway.loading.redis_replay import RedisReplay
from gateway.loading.replay import ReplayUnknown
from gateway.loading.stores import Entry
from tests.servers.redis_servers import RedisCluster, RedisServer


@pytest.fixture
async def replicas(redis_server: RedisServer, keyring: Keyring) -> AsyncIterator[list[RedisReplay]]:
    """Two, as two processes would have them."""
    both = [RedisReplay(RedisMemory(redis_server.url), keyring) for _ in range(2)]
    yield both
    for one in both:
        await one.aclose()


async def test_what_one_replica_has_seen_is_used_for_the_other(replicas: list[RedisReplay]) -> None:
    assert await replicas[0].first_use(b"one", 60)
    assert not await replicas[1].first_use(b"one", 60)
    assert await replicas[1].first_use(b"two", 60)


async def test_of_many_at_once_one_is_first(replicas: list[RedisReplay]) -> None:
    firsts = await asyncio.gather(*(replicas[n % 2].first_use(b"same", 60) for n in range(40)))
    assert firsts.count(True) == 1


async def test_what_is_asked_side_by_side_is_few_questions_of_which_each_is_answered_for_itself(
    redis_server: RedisServer, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = RedisMemory(redis_server.url)
    questions, set_new = [], memory.set_new

    async def counted(entries: Sequence[Entry]) -> list[bool]:
        questions.append(len(entries))
        return await set_new(entries)

    monkeypatch.setattr(memory, "set_new", counted)
    replay = RedisReplay(memory, keyring)
    names = [str(n % 30).encode() for n in range(40)]
    assert await asyncio.gather(*(replay.first_use(name, 60) for name in names)) == [True] * 30 + [False] * 10
    assert questions == [40]
    await replay.aclose()


async def test_it_is_forgotten_when_the_proof_is_no_longer_good(
    replicas: list[RedisReplay], redis_server: RedisServer
) -> None:
    await replicas[0].first_use(b"one", 90)
    [key] = redis_server.ask.keys()
    assert 89_000 < redis_server.ask.pttl(key) <= 90_000


async def test_a_dead_redis_closes_it(replicas: list[RedisReplay], redis_server: RedisServer) -> None:
    await replicas[0].first_use(b"one", 60)
    redis_server.kill()
    with pytest.raises(ReplayUnknown) as unknown:
        await replicas[0].first_use(b"two", 60)
    assert unknown.value.retry_after > 0
    redis_server.start()
    assert await replicas[0].first_use(b"two", 60)


async def test_a_silent_redis_closes_it_too(replicas: list[RedisReplay], redis_server: RedisServer) -> None:
    await replicas[0].first_use(b"one", 60)
    redis_server.freeze()
    try:
        with pytest.raises(ReplayUnknown):
            await replicas[0].first_use(b"two", 60)
    finally:
        redis_server.thaw()


async def test_a_full_redis_closes_it_rather_than_forget(
    replicas: list[RedisReplay], redis_server: RedisServer
) -> None:
    redis_server.ask.config_set("maxmemory-policy", "noeviction")
    redis_server.ask.config_set("maxmemory", "1")
    try:
        with pytest.raises(ReplayUnknown):
            await replicas[0].first_use(b"one", 60)
    finally:
        redis_server.ask.config_set("maxmemory", "0")


async def test_a_cluster_serves_too(redis_cluster: RedisCluster, keyring: Keyring) -> None:
    replay = RedisReplay(RedisMemory(redis_cluster.url), keyring)
    try:
        assert [await replay.first_use(name, 60) for name in (b"a", b"b", b"c", b"a")] == [True, True, True, False]
    finally:
        await replay.aclose()
