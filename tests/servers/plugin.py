"""Real servers as fixtures, brought by the tests themselves: no root, no network, nothing left behind.

What a machine cannot run is skipped, in the words that `tests/skips.txt` lists.
"""

from collections.abc import Iterator

import pytest

from tests.servers.certificates import make_certificate
from tests.servers.redis_servers import RedisCluster, RedisSentinels, RedisServer, binary_with_tls, redis_binaries

NO_REDIS = "no redis-server on this machine"
NO_TLS = "no redis-server built with TLS on this machine"


@pytest.fixture(scope="session")
def running_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One a session (and worker). Take `redis_server`, unless the test must outlive its own clean-up."""
    _needs_redis()
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.close()


@pytest.fixture
def redis_server(running_redis: RedisServer) -> RedisServer:
    """A real Redis, empty and with its counters at zero."""
    running_redis.clear()
    return running_redis


@pytest.fixture
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis of this test alone, to be killed, frozen and started again."""
    _needs_redis()
    server = RedisServer(tmp_path_factory.mktemp("own-redis"))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def running_redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisCluster]:
    _needs_redis()
    cluster = RedisCluster(tmp_path_factory.mktemp("redis-cluster"))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def redis_cluster(running_redis_cluster: RedisCluster) -> RedisCluster:
    """A real Redis Cluster of three primaries, empty."""
    running_redis_cluster.clear()
    return running_redis_cluster


@pytest.fixture
def redis_sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisSentinels]:
    """A real primary with a replica and three sentinels, of this test alone."""
    _needs_redis()
    sentinels = RedisSentinels(tmp_path_factory.mktemp("redis-sentinels"))
    try:
        sentinels.start()
        yield sentinels
    finally:
        sentinels.close()


@pytest.fixture(scope="session")
def tls_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis behind TLS, whose `url` names the authority that signed it."""
    binary = binary_with_tls()
    if binary is None:
        pytest.skip(NO_TLS)
    folder = tmp_path_factory.mktemp("tls-redis")
    server = RedisServer(folder, binary=binary, tls=make_certificate(folder))
    server.start()
    yield server
    server.close()


def _needs_redis() -> None:
    if not redis_binaries():
        pytest.skip(NO_REDIS)
