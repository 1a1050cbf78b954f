"""Counts shared through a real Redis: alone, as a Cluster, and gone."""

import asyncio
import time

import pytest

from gateway.domain.clock import SystemClock
from gateway.loading.counters import CountersAway, Use
from gateway.loading.redis_counters import RedisCounters
from gateway.operation.allowances import LimitSettings, OwnAllowance
from gateway.operation.budget import Overspent
from tests.operation.limits.conftest import SARA, Purses, agency, citizen
from tests.servers.redis_servers import RedisCluster, RedisServer

ME = "{ me { identity { firstName } } }"


async def test_replicas_count_together_and_give_back(redis_server: RedisServer) -> None:
    one, other = RedisCounters(redis_server.url, SystemClock()), RedisCounters(redis_server.url, SystemClock())
    try:
        assert await one.add([Use("a", 5, 60), Use("b", 1, 60)]) == [5, 1]
        assert await other.add([Use("a", 2, 60), Use("b", 0, 60)]) == [7, 1]
        assert await one.add([Use("a", -6, 60)]) == [1]
        assert await one.add([]) == []
    finally:
        await asyncio.gather(one.aclose(), other.aclose())


async def test_what_is_given_back_is_there_for_whoever_asks_next_and_outlives_the_process(
    redis_server: RedisServer,
) -> None:
    one, other = RedisCounters(redis_server.url, SystemClock()), RedisCounters(redis_server.url, SystemClock())
    try:
        await one.add([Use("back", 5, 60)])
        one.give_back([Use("back", -4, 60)])
        assert await one.add([Use("back", 1, 60)]) == [2]
        one.give_back([Use("back", -1, 60)])
    finally:
        await one.aclose()
    try:
        assert await other.add([Use("back", 0, 60)]) == [1]
    finally:
        await other.aclose()


async def test_a_cluster_counts_too(redis_cluster: RedisCluster) -> None:
    counters = RedisCounters(redis_cluster.url, SystemClock(), answer=5)
    try:
        keys = [f"caller {n}" for n in range(20)]
        await counters.add([Use(key, 1, 60) for key in keys])
        assert await counters.add([Use(key, 1, 60) for key in keys]) == [2] * 20
    finally:
        await counters.aclose()


async def test_a_budget_is_one_over_all_replicas_and_names_nobody_in_redis(
    redis_server: RedisServer, purse: Purses
) -> None:
    clock = SystemClock()
    settings = LimitSettings(citizen=OwnAllowance(operations_per_minute=4))
    one, other = RedisCounters(redis_server.url, clock), RedisCounters(redis_server.url, clock)
    try:
        replicas = [purse(settings, one), purse(settings, other)]
        granted = 0
        for n in range(8):
            try:
                await replicas[n % 2].spend(citizen(), ME)
                granted += 1
            except Overspent:
                pass
        assert granted == 4
        names = redis_server.ask.keys("*")
        assert names
        assert all(SARA.digits.encode() not in name and b"court" not in name for name in names)
        assert all(0 < redis_server.ask.ttl(name) <= 2 * 86_400 for name in names)
    finally:
        await asyncio.gather(one.aclose(), other.aclose())


async def test_a_dead_redis_closes_quotas_and_leaves_rates_to_this_process(
    own_redis: RedisServer, purse: Purses
) -> None:
    counters = RedisCounters(own_redis.url, SystemClock(), rest=0.3)
    try:
        mine = purse(LimitSettings(citizen=OwnAllowance(operations_per_minute=2)), counters)
        await mine.spend(agency(), ME)
        own_redis.kill()
        with pytest.raises(Overspent) as raised:
            await mine.spend(agency(), ME)
        assert raised.value.details["limit"] == "persons"
        began = time.monotonic()
        await mine.spend(citizen(), ME)
        await mine.spend(citizen(), ME)
        with pytest.raises(Overspent):
            await mine.spend(citizen(), ME)
        assert time.monotonic() - began < 0.25  # it is left alone, not asked each time
        own_redis.start()
        await asyncio.sleep(0.4)
        await mine.spend(agency(), ME)
    finally:
        await counters.aclose()


async def test_a_silent_redis_is_given_up(own_redis: RedisServer) -> None:
    counters = RedisCounters(own_redis.url, SystemClock(), answer=0.1)
    try:
        await counters.add([Use("a", 1, 60)])
        own_redis.freeze()
        counters.give_back([Use("a", -1, 60)])
        with pytest.raises(CountersAway):
            await counters.add([Use("a", 1, 60)])
        counters.give_back([Use("a", -1, 60)])  # lost, and nothing breaks
    finally:
        own_redis.thaw()
        await counters.aclose()


async def test_what_is_counted_beside_each_other_is_told_apart_and_one_round_trip(redis_server: RedisServer) -> None:
    counters = RedisCounters(redis_server.url, SystemClock(), answer=5)
    try:
        await counters.add([Use("warm", 1, 60)])
        before = redis_server.ask.info("commandstats")
        told = await asyncio.gather(*(counters.add([Use("c", n, 60), Use("d", 1, 60)]) for n in range(1, 21)))
        assert told == [[n * (n + 1) // 2, n] for n in range(1, 21)]
        after = redis_server.ask.info("commandstats")
        assert after["cmdstat_incrby"]["calls"] - before["cmdstat_incrby"]["calls"] == 2
    finally:
        await counters.aclose()
