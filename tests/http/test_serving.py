"""A whole process on a real port: it drains on SIGTERM, and goes at once on the second."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.http.lifecycle import Lifecycle
from gateway.http.serving import Server
from gateway.http.settings import Listening

PROGRAM = Path(__file__).with_name("served_process.py")


@asynccontextmanager
async def process(grace: float = 0.0) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), str(grace), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        yield child, int(await asyncio.wait_for(child.stdout.readline(), 30))
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def test_sigterm_lets_requests_in_flight_end_and_exits_with_0() -> None:
    async with process(grace=0.6) as (child, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/ready")).status_code == 200
        slow = asyncio.create_task(client.get("/slow", timeout=10))
        await asyncio.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            while (await httpx_get(port, "/ready")).status_code == 200:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        during = await httpx_get(port, "/live")
        assert during.status_code == 200, "new connections are still answered for the grace"
        assert (await slow).text == "slow, and whole"
        assert await asyncio.wait_for(child.wait(), 10) == 0


async def httpx_get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:  # a connection of its own
        return await client.get(f"http://127.0.0.1:{port}{path}")


async def test_a_second_signal_does_not_wait_for_requests_in_flight() -> None:
    async with process() as (child, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        stuck = asyncio.create_task(client.get("/stuck", timeout=30))
        await asyncio.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert child.returncode is None
        child.send_signal(signal.SIGTERM)
        await asyncio.wait_for(child.wait(), 5)
        [cut_off] = await asyncio.gather(stuck, return_exceptions=True)
        assert isinstance(cut_off, httpx.HTTPError) or (isinstance(cut_off, httpx.Response) and cut_off.is_error)


async def test_ready_tells_each_system_and_live_tells_nothing_else(served: Any) -> None:
    ready = await served.client.get("/ready")
    assert ready.status_code == 200
    assert ready.json() == {
        "ready": True,
        "stage": "serving",
        "systems": {"CIVIL_REGISTRY": "up", "BANK_REFAH": "down"},
    }
    assert (await served.client.get("/live")).json() == {"live": True}


async def test_a_draining_gateway_is_not_ready(run: Any) -> None:
    async with run(listening=Listening(port=0, drain_grace_seconds=1.0)) as served:
        served.lifecycle.drain()
        assert (await served.client.get("/ready")).status_code == 503
        assert (await served.client.get("/live")).status_code == 200


async def test_a_system_that_cannot_be_asked_for_its_state_does_not_hold_ready_up(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> dict[str, str]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr("gateway.http.health.STATES_SECONDS", 0.05)
    async with run(readiness=never) as served:
        assert (await served.client.get("/ready")).json()["systems"] == {}


async def test_a_taken_port_is_said_and_not_exited_on(served: Any, run: Any) -> None:
    taken = Listening(port=served.port)
    server = Server(served.server.config.app, Lifecycle(), taken)
    with pytest.raises(OSError, match=f"cannot start on 127.0.0.1 port {served.port}"):
        await server._serve()
