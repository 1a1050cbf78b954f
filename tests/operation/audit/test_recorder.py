"""An event is durable when `record` returns; where it cannot be, `record` raises, and the next may be again."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.operation.audit.recorder import GROUP_PERSONS, GroupRecorder, NotRecorded, recording
from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.operation.audit.verifying import verified
from tests.operation.audit.conftest import Events


@asynccontextmanager
async def running(store: Store, **more: Any) -> AsyncIterator[GroupRecorder]:
    recorder = GroupRecorder(store, "a", **more)
    async with recording(recorder):
        yield recorder


def written(place: Path) -> list[str]:
    """The events that another process sees in the store, in the order of the chain."""
    with closing(sqlite3.connect(place)) as connection:
        return [event for (event,) in connection.execute("SELECT event FROM record_events ORDER BY number")]


class CountingStore(Store):
    """Counts the commits and can hold them up."""

    groups: list[int]
    gate: asyncio.Event

    async def append(self, writer: str, events: Any) -> None:
        await self.gate.wait()
        self.groups.append(len(events))
        await super().append(writer, events)


@pytest.fixture
async def counting(place: Path) -> AsyncIterator[CountingStore]:
    store = CountingStore(f"sqlite:///{place}", seconds=2)
    store.groups, store.gate = [], asyncio.Event()
    await store.open()
    yield store
    await store.close()


async def test_an_event_is_in_the_store_when_record_returns(store: Store, events: Events, place: Path) -> None:
    async with running(store) as recorder:
        event = events.one("sara")
        await recorder.record(event)
        assert written(place) == [event.id]


def test_every_commit_is_flushed_to_the_disk() -> None:
    """WAL with synchronous=FULL: the promise of SQLite that a commit outlives a power cut."""

    async def pragmas(place: Path) -> tuple[Any, Any]:
        store = Store(f"sqlite:///{place}")
        await store.open()
        async with store.writing() as connection:
            journal = (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar()
            full = (await connection.exec_driver_sql("PRAGMA synchronous")).scalar()
        await store.close()
        return journal, full

    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        assert asyncio.run(pragmas(Path(folder) / "record.db")) == ("wal", 2)


async def test_events_that_come_together_share_a_commit_in_their_order(
    counting: CountingStore, events: Events, place: Path
) -> None:
    async with running(counting, group_size=50) as recorder:
        all_events = [events.one("sara") for _ in range(101)]
        waiting = [asyncio.ensure_future(recorder.record(event)) for event in all_events]
        await asyncio.sleep(0)
        counting.gate.set()
        await asyncio.gather(*waiting)
    assert counting.groups == [50, 50, 1]
    assert written(place) == [event.id for event in all_events]


async def test_events_about_many_persons_share_a_commit_with_few_others(
    counting: CountingStore, events: Events
) -> None:
    async with running(counting) as recorder:
        many = [f"person {n}" for n in range(GROUP_PERSONS // 2)]
        waiting = [asyncio.ensure_future(recorder.record(events.one(*many))) for _ in range(3)]
        counting.gate.set()
        await asyncio.gather(*waiting)
    assert counting.groups == [2, 1]


async def test_none_is_told_before_the_commit(counting: CountingStore, events: Events) -> None:
    async with running(counting) as recorder:
        waiting = asyncio.ensure_future(recorder.record(events.one("sara")))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        counting.gate.set()
        await waiting


async def test_the_queue_is_bounded(counting: CountingStore, events: Events) -> None:
    async with running(counting, most_waiting=3) as recorder:
        first = asyncio.ensure_future(recorder.record(events.one("sara")))
        await asyncio.sleep(0.01)
        rest = [asyncio.ensure_future(recorder.record(events.one("sara"))) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert [task.done() for task in rest] == [False, False, False, True, True]
        counting.gate.set()
        ended = await asyncio.gather(first, *rest, return_exceptions=True)
    assert [isinstance(end, NotRecorded) for end in ended] == [False, False, False, False, True, True]


async def test_a_client_that_hangs_up_while_it_waits_leaves_its_event_and_harms_no_other(
    counting: CountingStore, events: Events, place: Path
) -> None:
    async with running(counting) as recorder:
        gone, stays = events.one("sara"), events.one("mina")
        hung_up = asyncio.ensure_future(recorder.record(gone))
        waiting = asyncio.ensure_future(recorder.record(stays))
        await asyncio.sleep(0.01)
        hung_up.cancel()
        counting.gate.set()
        await waiting
    assert written(place) == [gone.id, stays.id]


async def test_closing_refuses_what_waits_and_what_comes_later(counting: CountingStore, events: Events) -> None:
    async with running(counting) as recorder:
        waiting = [asyncio.ensure_future(recorder.record(events.one("sara"))) for _ in range(3)]
        await asyncio.sleep(0.01)
    for ended in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(ended, NotRecorded)
    with pytest.raises(NotRecorded):
        await recorder.record(events.one("sara"))


async def test_a_full_disk_is_an_error_and_what_follows_is_written_once_there_is_room(
    store: Store, events: Events, place: Path
) -> None:
    async with running(store) as recorder:
        await recorder.record(events.one("sara"))
        async with store.writing() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar()
            await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        more = [recorder.record(events.one("sara", "mina")) for _ in range(200)]
        with capture_logs() as logs:
            ends = await asyncio.gather(*more, return_exceptions=True)
        assert any(isinstance(end, NotRecorded) for end in ends)
        assert logs[-1]["event"] == "record.unwritten"
        async with store.writing() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        event = events.one("sara")
        await recorder.record(event)
    assert written(place)[-1] == event.id
    assert (await verified(store)).whole


async def test_a_store_that_may_only_be_read_is_an_error(store: Store, events: Events, place: Path) -> None:
    async with running(store) as recorder:
        await recorder.record(events.one("sara"))
        async with store.writing() as connection:
            await connection.exec_driver_sql("PRAGMA query_only=1")
        with pytest.raises(NotRecorded):
            await recorder.record(events.one("sara"))
    assert len(written(place)) == 1


async def test_a_store_that_another_process_holds_is_an_error_in_time_and_then_serves_again(
    store: Store, events: Events, place: Path
) -> None:
    async with running(store) as recorder:
        await recorder.record(events.one("sara"))
        with closing(sqlite3.connect(place, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(3):
                with pytest.raises(NotRecorded):
                    await recorder.record(events.one("sara"))
        await recorder.record(events.one("mina"))
    assert len(written(place)) == 2
    assert (await verified(store)).whole


async def test_a_store_that_is_gone_is_an_error(store: Store, events: Events, place: Path) -> None:
    async with running(store) as recorder:
        await recorder.record(events.one("sara"))
        async with store.writing() as connection:
            await connection.exec_driver_sql("ALTER TABLE record_events RENAME TO elsewhere")
        with pytest.raises(NotRecorded) as problem:
            await recorder.record(events.one("sara"))
    assert "sara" not in str(problem.value)
    assert "INSERT" not in str(problem.value)


async def test_only_its_owner_may_read_the_file(store: Store, events: Events, place: Path) -> None:
    await store.append("a", [events.one("sara")])
    assert {path.stat().st_mode & 0o777 for path in place.parent.glob("record.db*")} == {0o600}


async def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="FileExistsError"):
        await Store(f"sqlite:///{tmp_path}/a file/record.db", seconds=1).open()


async def test_two_processes_may_write_under_one_name(store: Store, events: Events, place: Path) -> None:
    other = Store(f"sqlite:///{place}", seconds=5)
    prepared = [[events.one("sara", f"person {n}") for n in range(20)] for _ in range(2)]

    def in_a_thread() -> None:
        async def write() -> None:
            for event in prepared[1]:
                await other.append("a", [event])
            await other.close()

        asyncio.run(write())

    thread = threading.Thread(target=in_a_thread)
    thread.start()
    for event in prepared[0]:
        await store.append("a", [event])
    await asyncio.to_thread(thread.join)
    verdict = await verified(store)
    assert (verdict.findings, verdict.events, verdict.chains) == ([], 40, 1)


async def test_each_commit_is_told_with_what_became_of_it(counting: CountingStore, events: Events) -> None:
    told: list[tuple[int, bool]] = []

    def committed(count: int, seconds: float, /, *, written: bool) -> None:
        assert seconds >= 0
        told.append((count, written))

    counting.gate.set()
    async with running(counting, committed=committed) as recorder:
        await recorder.record(events.one("sara"))
        await asyncio.gather(*(recorder.record(events.one("sara")) for _ in range(3)))
        await counting.close()
        counting.gate.clear()

        async def failing(writer: str, group: Any) -> None:
            raise StoreUnavailable("gone")

        counting.append = failing  # type: ignore[method-assign, assignment]
        with pytest.raises(NotRecorded):
            await recorder.record(events.one("sara"))
    assert told == [(1, True), (3, True), (1, False)]
