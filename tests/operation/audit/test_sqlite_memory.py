"""The ends that a connection of SQLite remembers between commits are those of the file, whoever writes, whatever fails.

What was written is held against the verifier, which works out all chains, threads and access logs from the events.
"""

import asyncio
import random
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.operation.audit import store as stores
from gateway.operation.audit.checkpoints import Checkpoints
from gateway.operation.audit.event import Refusal, Release, ReleaseEvent
from gateway.operation.audit.sqlite_commit import committed
from gateway.operation.audit.sqlite_connection import Known, RecordConnection
from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.operation.audit.verifying import verified
from tests.broken_off import broken_off
from tests.operation.audit.conftest import Events, nobody

ENDS = ("record_thread_ends WHERE", "record_writers WHERE")
MANY = [f"person {n}" for n in range(100)]


@contextmanager
def connected(place: Path, **more: Any) -> Iterator[RecordConnection]:
    class Connection(RecordConnection):
        def __init__(self, *arguments: Any, **others: Any) -> None:
            super().__init__(*arguments, **others, **more)

    with closing(sqlite3.connect(place, isolation_level=None, factory=Connection)) as connection:
        yield connection


def questions(connection: sqlite3.Connection) -> list[str]:
    """Fills up with what asks the file for ends."""
    asked: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("SELECT") and any(end in statement for end in ENDS):
            asked.append(statement)

    connection.set_trace_callback(note)
    return asked


async def whole(store: Store, events: int) -> None:
    verdict = await verified(store)
    assert verdict.findings == []
    assert verdict.events == events


async def test_a_commit_asks_for_no_ends_that_the_last_one_left(store: Store, events: Events, place: Path) -> None:
    with connected(place) as connection:
        asked = questions(connection)
        committed(connection, "a", [events.one(*MANY, "sara"), events.one("sara")])
        assert asked
        asked.clear()
        committed(connection, "a", [events.one(*MANY), events.one("sara", "person 0")])
        committed(connection, "a", [events.one(*MANY)])
        assert asked == []
        committed(connection, "a", [events.one("mina", "sara")])  # of whom one was never met
        assert len(asked) == 1
    await whole(store, 6)


async def test_a_commit_asks_again_when_somebody_else_has_written(store: Store, events: Events, place: Path) -> None:
    with connected(place) as connection, closing(sqlite3.connect(place)) as other:
        committed(connection, "a", [events.one("sara")])
        asked = questions(connection)
        other.execute("CREATE TABLE of_no_matter (x)")
        other.commit()
        committed(connection, "a", [events.one("sara")])
        assert len(asked) == 2
    await whole(store, 2)


async def test_what_the_same_connection_writes_by_another_way_is_not_overlooked(
    store: Store, events: Events, place: Path
) -> None:
    await store.append("a", [events.one("sara")])
    async with store.writing() as connection:
        await connection.execute(sa.text("UPDATE record_thread_ends SET number = 7"))
    await store.append("a", [events.one("sara")])
    with closing(sqlite3.connect(place)) as other:
        assert other.execute("SELECT number FROM record_thread_ends").fetchall() == [(8,)]


async def test_checkpoints_between_commits_harm_nothing(store: Store, events: Events, checkpoints: Checkpoints) -> None:
    for _ in range(4):
        await store.append("a", [events.one("sara", *MANY)])
        await checkpoints.keep()
    await whole(store, 4)


def about(events: Events, chance: random.Random) -> ReleaseEvent:
    """Few persons or many; listed, not listed, and refused."""
    names = [nobody(name) for name in ("sara", "mina", "reza", *MANY)]
    some = [tuple(sorted(chance.sample(names, chance.choice((0, 1, 2, 40, 90))))) for _ in range(3)]
    listed, unlisted = (
        Release(fields=("Identity.firstName",), persons=some[0]),
        Release(fields=("Person.id",), persons=some[1]),
    )
    released = chance.choice(((listed,), (listed,), (unlisted,), (listed, unlisted), ()))
    refusals = chance.choice(((), (Refusal(code="FORBIDDEN", persons=some[2][:3]),)))
    return events.one(released=released, refusals=refusals)


@pytest.mark.parametrize("seed", range(3))
async def test_connections_that_write_in_turns_make_one_record(
    store: Store, events: Events, place: Path, seed: int
) -> None:
    chance, written = random.Random(seed), 0
    with connected(place) as one, connected(place, most_persons=20) as other:
        for _ in range(60):
            group = [about(events, chance) for _ in range(chance.choice((1, 1, 2, 5)))]
            writer = chance.choice("ab")
            if chance.random() < 0.1:
                await store.append(writer, group)
            else:
                committed(chance.choice((one, one, one, other)), writer, group)
            written += len(group)
    await whole(store, written)


async def test_processes_that_write_in_turns_make_one_record(store: Store, events: Events, place: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from tests.operation.audit.test_sqlite_memory import Events, MANY, committed, connected
events = Events(iter(range(1001, 2000)))
with connected(Path({str(place)!r})) as connection:
    for line in sys.stdin:
        committed(connection, line.strip(), [events.one("sara", *MANY)])
        print("written", flush=True)
"""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdin=pipe, stdout=pipe)
    assert process.stdin
    assert process.stdout
    try:
        for turn in range(12):
            for _ in range(turn % 3):
                await store.append("a", [events.one("sara", *MANY[:50])])
            process.stdin.write(b"ab"[turn % 2 : turn % 2 + 1] + b"\n")
            assert await process.stdout.readline() == b"written\n"
    finally:
        process.stdin.close()  # its end
        assert await process.wait() == 0
    await whole(store, 24)


async def test_what_others_write_right_after_a_commit_is_not_taken_for_known(
    store: Store, events: Events, place: Path
) -> None:
    """Between a commit and what is remembered of it there is a moment, in which the lock is anybody's."""
    with connected(place) as other:

        class Overtaken(RecordConnection):
            def remember(self, known: Known) -> None:
                committed(other, "a", [events.one("sara")])
                super().remember(known)

        with closing(sqlite3.connect(place, isolation_level=None, factory=Overtaken)) as connection:
            for _ in range(3):
                committed(connection, "a", [events.one("sara")])
    await whole(store, 6)


Undo = Callable[[], object]


def full_disk(connection: RecordConnection, group: list[ReleaseEvent]) -> Undo:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    return lambda: connection.execute("PRAGMA max_page_count=1000000")


def interrupt(connection: RecordConnection, group: list[ReleaseEvent]) -> Undo:
    connection.set_progress_handler(lambda: 1, 1_000)
    return lambda: connection.set_progress_handler(None, 0)


def known_event(connection: RecordConnection, group: list[ReleaseEvent]) -> Undo:
    group.append(group[0])
    return lambda: None


def no_event(connection: RecordConnection, group: list[ReleaseEvent]) -> Undo:
    """Found before anything is written, and after the first of the group was put in its place."""
    group.append(Events().one("sara", id="no id"))
    return lambda: None


def commit_refused(connection: RecordConnection, group: list[ReleaseEvent]) -> Undo:
    def allow(action: int, what: str | None, *_: str | None) -> int:
        is_commit = action == sqlite3.SQLITE_TRANSACTION and what == "COMMIT"
        return sqlite3.SQLITE_DENY if is_commit else sqlite3.SQLITE_OK

    connection.set_authorizer(allow)
    return lambda: connection.set_authorizer(None)


@pytest.mark.parametrize("fault", [full_disk, interrupt, known_event, no_event, commit_refused])
async def test_a_commit_that_fails_leaves_nothing_wrong_behind(
    store: Store, events: Events, place: Path, fault: Callable[[RecordConnection, list[ReleaseEvent]], Undo]
) -> None:
    with connected(place) as connection:
        committed(connection, "a", [events.one("sara", *MANY)])
        group = [events.one("sara", "mina", *MANY) for _ in range(60)]
        undo = fault(connection, group)
        with pytest.raises((sqlite3.Error, ValueError)):
            committed(connection, "a", group)
        undo()
        assert not connection.in_transaction
        committed(connection, "a", [events.one("sara", "mina", *MANY)])
        committed(connection, "a", [events.one("sara", "mina", *MANY)])
    await whole(store, 3)


async def test_a_commit_that_comes_after_all_is_known_to_the_connection_that_replaced_its_own(
    events: Events, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(f"sqlite:///{place}", seconds=30)
    held, go_on, done = threading.Event(), threading.Event(), threading.Event()
    await store.open()
    await store.append("a", [events.one("sara", "mina")])

    def late(connection: RecordConnection, writer: str, group: Sequence[ReleaseEvent]) -> None:
        held.set()
        go_on.wait(30)
        committed(connection, writer, group)
        done.set()

    monkeypatch.setattr(stores, "committed", late)
    store._seconds = 1
    with pytest.raises(StoreUnavailable, match="in time"):
        await store.append("a", [events.one("sara")])
    assert held.is_set()
    monkeypatch.undo()
    store._seconds = 30
    await store.append("a", [events.one("sara", "mina")])
    go_on.set()
    assert await asyncio.to_thread(done.wait, 30)
    await store.append("a", [events.one("sara", "mina")])
    await whole(store, 4)
    await store.close()


@pytest.mark.parametrize("next_checkpoint", [False, True])
async def test_a_checkpoint_that_is_broken_off_leaves_the_file_to_others_and_the_store_serving(
    store: Store, events: Events, place: Path, *, next_checkpoint: bool
) -> None:
    await store.append("a", [events.one("sara")])
    held = await broken_off(store.writing, sa.text("UPDATE record_thread_ends SET number = 7"))
    with connected(place) as other:
        committed(other, "a", [events.one("sara")])
    if next_checkpoint:
        async with store.writing() as connection:
            assert await connection.scalar(sa.text("SELECT count(*) FROM record_events")) == 2
    await store.append("a", [events.one("sara")])
    await whole(store, 3)
    assert held, "until here"


async def test_no_more_persons_are_remembered_than_may_be(store: Store, events: Events, place: Path) -> None:
    with connected(place, most_persons=150) as connection:
        for start in range(0, 100, 10):
            committed(connection, "a", [events.one(*(f"person {n}" for n in range(start, start + 50)))])
            assert connection._known
            assert len(connection._known.threads) <= 150
        committed(connection, "a", [events.one(*(f"person {n}" for n in range(400)))])  # more than may be, at once
        assert connection._known
        assert len(connection._known.threads) <= 150
        committed(connection, "a", [events.one(*MANY)])
    await whole(store, 12)


async def test_the_oldest_are_forgotten_first(store: Store, events: Events, place: Path) -> None:
    with connected(place, most_persons=32) as connection:
        for n in range(40):
            committed(connection, "a", [events.one(f"person {n}")])
        asked = questions(connection)
        committed(connection, "a", [events.one("person 39")])
        assert asked == []
        committed(connection, "a", [events.one("person 0")])
        assert len(asked) == 1
    await whole(store, 42)


async def test_ends_that_are_not_where_they_should_be_are_an_error(store: Store, events: Events, place: Path) -> None:
    """Cannot be, by all we know of SQLite; if it is, no thread is broken silently."""
    with connected(place) as connection:
        committed(connection, "a", [events.one(*MANY)])
        committed(connection, "a", [events.one(*MANY)])
        known = connection._known
        connection.execute("DELETE FROM record_thread_ends WHERE person = ?", (bytes.fromhex(nobody("person 3")),))
        assert known
        known.at = (known.at[0], connection.total_changes)
        with pytest.raises(sqlite3.IntegrityError):
            committed(connection, "a", [events.one(*MANY)])
        assert connection.execute("SELECT count(*) FROM record_events").fetchone() == (2,)
