"""The memory that replicas share: Redis by URL, alone, behind Sentinel or as a Cluster. Only this module knows redis.

    redis://[user:password@]host[:6379][/db]
    redis+sentinel://[user:password@]host[:26379],host[:26379]/service[?db=0]
    redis+cluster://[user:password@]host[:6379],host[:6379]
    unix:///path/to/redis.sock[?db=0]

`rediss` in place of `redis` speaks TLS, to the sentinels too; options: `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile`,
`ssl_cert_reqs` (required), `ssl_check_hostname` (true). Sentinels with a password of their own: `sentinel_username`,
`sentinel_password`. Percent-encode what a URL reserves.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.maint_notifications import MaintNotificationsConfig

from gateway.domain.clock import Clock
from gateway.loading.gathered_memory import GatheredMemory
from gateway.loading.guarded_memory import GuardedMemory, GuardTimes
from gateway.loading.keyring import Keyring
from gateway.loading.local_memory import LocalMemory
from gateway.loading.sealed_memory import SealedMemory
from gateway.loading.stores import Entry, Memory

SCHEMES = ("redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster", "unix")
TLS_OPTIONS = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"}
SENTINEL_OPTIONS = {"sentinel_username", "sentinel_password"}
CONNECT = 0.5  # seconds; the guard gives up on an answer long before, this ends what it left behind
ANSWER = 1.0


def open_memory(
    url: str | None,
    keyring: Keyring,
    *,
    former: Sequence[Keyring] = (),
    clock: Clock | None = None,
    times: GuardTimes | None = None,
    connections: int = 50,
) -> Memory:
    """Redis, sealed and guarded; without a URL the memory of this process. Connects with the first question, not now.

    `former` keyrings are read with while their values last. `connections` is the most at once, a node. Raises
    ValueError with a sentence, which never repeats the URL, for one that cannot be understood.
    """
    if url is None:
        return LocalMemory(clock=clock)
    return GatheredMemory(GuardedMemory(SealedMemory(RedisMemory(url, connections), keyring, former), times))


class RedisMemory:
    """Asks in one round trip, a node: MGET, or pipelined GETs in a Cluster. Raises what the driver raises."""

    def __init__(self, url: str, connections: int = 50) -> None:
        address = _Address(url)
        self._sentinel: Sentinel | None = None
        self._cluster: RedisCluster | None = None
        self._alone: Redis | None = None
        if address.kind == "cluster":
            self._cluster = _cluster(address, connections)
        elif address.kind == "sentinel":
            self._sentinel = _sentinel(address)
            self._alone = self._sentinel.master_for(
                address.service, max_connections=connections, **_options(address.options)
            )
        else:
            options = {**_options(address.options), "max_connections": connections, "timeout": ANSWER}
            self._alone = Redis.from_pool(BlockingConnectionPool(**options))
        # Cluster and Sentinel raise when all their connections are in use; here the next one waits for its turn.
        self._turns = asyncio.Semaphore(connections)

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        if not keys:
            return []
        async with self._turns:
            values: list[bytes | None]
            if self._cluster is None:
                values = await self.client.mget(list(keys))
            else:
                pipeline: Any = self._cluster.pipeline()
                for key in keys:
                    pipeline.get(key)
                values = await pipeline.execute()
        return values

    async def set_many(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        async with self._turns:
            pipeline = self.client.pipeline(transaction=False)
            for entry in entries:
                pipeline.set(entry.key, entry.value, px=max(1, round(entry.ttl * 1000)))
            await pipeline.execute()

    async def set_new(self, entries: Sequence[Entry]) -> list[bool]:
        """Sets each whose key is new, in their order; False where it is there already."""
        async with self._turns:
            pipeline = self.client.pipeline(transaction=False)
            for entry in entries:
                pipeline.set(entry.key, entry.value, nx=True, px=max(1, round(entry.ttl * 1000)))
            return [bool(set_) for set_ in await pipeline.execute()]

    async def count(self, additions: Sequence[tuple[str, int, int]]) -> list[int]:
        """Adds to each named count, which ends so many seconds after it was made, and says what it is then."""
        async with self._turns:
            pipeline = self.client.pipeline(transaction=False)
            for name, amount, seconds in additions:
                pipeline.set(name, 0, nx=True, ex=seconds)
                pipeline.incrby(name, amount)
            return (await pipeline.execute())[1::2]  # type: ignore[no-any-return]

    async def ping(self) -> bool:
        """Whether it answers: in a Cluster, whether all its primaries do."""
        async with self._turns:
            if self._cluster is not None:
                await self._cluster.initialize()
                return bool(await self._cluster.ping(target_nodes=RedisCluster.PRIMARIES))
            return bool(await self.client.ping())

    async def aclose(self) -> None:
        await self.client.aclose()
        if self._sentinel is not None:
            await self._sentinel.aclose()

    @property
    def client(self) -> Any:
        """The driver's own, for what is kept beside memory on the same server."""
        return self._cluster if self._alone is None else self._alone


def memory_url(url: str) -> str:
    """Raises ValueError, with a sentence that repeats nothing of it, for what `RedisMemory` would not take."""
    _Address(url)
    return url


class _Address:
    """A URL understood. Its parts are not printed: they may hold a password."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES:
            raise ValueError(f"a memory URL begins with one of {', '.join(f'{scheme}://' for scheme in SCHEMES)}")
        transport, _, self.kind = parts.scheme.partition("+")
        self.tls = transport == "rediss"
        self.service = parts.path.strip("/") if self.kind == "sentinel" else ""
        user, at, hosts = parts.netloc.rpartition("@")
        self.hosts = [_host(each, 26379 if self.kind == "sentinel" else 6379) for each in hosts.split(",")]
        if self.kind == "sentinel" and not self.service:
            raise ValueError("a redis+sentinel:// URL names its service: redis+sentinel://host:26379/service")
        if self.kind == "" and len(self.hosts) > 1:
            raise ValueError("several hosts need redis+sentinel:// or redis+cluster://")
        first = hosts.split(",")[0]
        path = "" if self.kind == "sentinel" else parts.path
        plain = SplitResult(transport, user + at + first, path, parts.query, "")
        self.options: dict[str, Any] = dict(parse_url(plain.geturl()))
        if transport != "unix" and path.strip("/") and ("db" not in self.options or self.kind == "cluster"):
            raise ValueError("a memory URL ends in the number of a database, as /0; a Cluster has only one")
        unknown = self.options.keys() - TLS_OPTIONS - SENTINEL_OPTIONS
        unknown -= {"db", "username", "password", "host", "port", "path", "connection_class"}
        if unknown:
            known = ", ".join(sorted(TLS_OPTIONS | SENTINEL_OPTIONS))
            raise ValueError(f"a memory URL has no options but {known}")
        self.sentinel_options = {name: self.options.pop(name, None) for name in SENTINEL_OPTIONS}
        if self.kind:
            for name in ("host", "port", "connection_class"):
                self.options.pop(name, None)
            self.options["ssl"] = self.tls


def _host(text: str, port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        return parts.hostname or "localhost", parts.port or port
    except ValueError:
        raise ValueError("a memory URL has a host or a port that cannot be read") from None


def _options(options: dict[str, Any]) -> dict[str, Any]:
    return {
        **options,
        "socket_timeout": ANSWER,
        "socket_connect_timeout": CONNECT,
        # Once, for a connection that died while it lay in the pool; a dead server fails twice in a millisecond.
        "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
    }


def _sentinel(address: _Address) -> Sentinel:
    tls = {name: value for name, value in address.options.items() if name == "ssl" or name in TLS_OPTIONS}
    login = {name.removeprefix("sentinel_"): value for name, value in address.sentinel_options.items()}
    return Sentinel(address.hosts, sentinel_kwargs=_options({**tls, **login}))  # type: ignore[no-untyped-call]


def _cluster(address: _Address, connections: int) -> RedisCluster:
    nodes = [ClusterNode(host, port) for host, port in address.hosts]
    return RedisCluster(startup_nodes=nodes, max_connections=connections, **_options(address.options))
