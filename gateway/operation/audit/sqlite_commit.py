"""A group of events into SQLite, as one function for one thread.

Through an asynchronous driver each statement is a hop to its thread and back, which costs more than the statement does.
Here a whole group is one hop, in plain statements that the driver keeps prepared. The tables are those of `tables`.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from gateway.operation.audit.chain import Head, linked
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.rows import event_row, mention_rows

_CHAIN = "SELECT number, hash FROM record_writers WHERE writer = ?"
_MOVE_CHAIN = """INSERT INTO record_writers (writer, number, hash) VALUES (?, ?, ?)
    ON CONFLICT (writer) DO UPDATE SET number = excluded.number, hash = excluded.hash"""
_THREADS = "SELECT person, number, hash FROM record_threads WHERE person IN (SELECT value FROM json_each(?))"
_MOVE_THREAD = """INSERT INTO record_threads (person, number, hash) VALUES (?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET number = excluded.number, hash = excluded.hash"""
_EVENT = """INSERT INTO record_events (writer, number, event, correlation_id, previous, threads, body, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_MENTION = """INSERT INTO record_mentions (person, number, event, at, listed, sealed_until)
    VALUES (?, ?, ?, ?, ?, ?)"""


def committed(connection: sqlite3.Connection, writer: str, events: Sequence[ReleaseEvent]) -> None:
    """Returns when the events are durable. Raises sqlite3.Error, and then nothing of them is written.

    The ends of the chain and of the threads are read after the write lock was taken, so no other process moves them
    meanwhile.
    """
    about = [(event.body(), event.persons) for event in events]
    named = {person for _, persons in about for person in persons}
    connection.execute("BEGIN IMMEDIATE")
    try:
        _write(connection, writer, events, about, named)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some faults, such as a full disk, have already rolled it back
            connection.execute("ROLLBACK")
        raise


def _write(
    connection: sqlite3.Connection,
    writer: str,
    events: Sequence[ReleaseEvent],
    about: Sequence[tuple[bytes, Sequence[str]]],
    named: set[str],
) -> None:
    chain = connection.execute(_CHAIN, (writer,)).fetchone()
    head = Head(chain[0], bytes(chain[1])) if chain else Head()
    threads = {
        person: Head(number, bytes(hash_))
        for person, number, hash_ in connection.execute(_THREADS, (msgspec.json.encode(sorted(named)).decode(),))
    }
    links, head, threads = linked(writer, head, threads, about)
    hashes = [*(link.previous for link in links[1:]), head.hash]
    connection.executemany(_EVENT, [event_row(*one) for one in zip(events, links, hashes, strict=True)])
    connection.executemany(_MENTION, [row for one in zip(events, links, strict=True) for row in mention_rows(*one)])
    connection.execute(_MOVE_CHAIN, (writer, head.number, head.hash))
    connection.executemany(_MOVE_THREAD, [(person, end.number, end.hash) for person, end in threads.items()])
