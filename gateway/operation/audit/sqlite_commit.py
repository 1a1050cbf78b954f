"""A group of events into SQLite, as one function for one thread.

Through an asynchronous driver each statement is a hop to its thread and back, which costs more than the statement does.
Here a whole group is one hop, in plain statements that the driver keeps prepared. The tables are those of `tables`.
"""

import sqlite3
from collections.abc import Sequence

from gateway.operation.audit.chain import Head, linked
from gateway.operation.audit.entries import NONE, entered
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.rows import event_row

_CHAIN = "SELECT number, hash FROM record_writers WHERE writer = ?"
_MOVE_CHAIN = """INSERT INTO record_writers (writer, number, hash) VALUES (?, ?, ?)
    ON CONFLICT (writer) DO UPDATE SET number = excluded.number, hash = excluded.hash"""
_MOVE_THREAD = """INSERT INTO record_thread_ends (person, number, hash, listed) VALUES (?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET number = excluded.number, hash = excluded.hash, listed = excluded.listed"""
_EVENT = """INSERT INTO record_events
    (writer, number, event, correlation_id, previous, threads, body, hash, at, sealed_until, listed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

# A question for a few persons or for many: two texts, so that both stay prepared.
_FEW, _MANY = 8, 256
_THREADS = {
    size: f"SELECT person, number, hash, listed FROM record_thread_ends WHERE person IN ({', '.join('?' * size)})"  # noqa: S608 - marks only
    for size in (_FEW, _MANY)
}


def committed(connection: sqlite3.Connection, writer: str, events: Sequence[ReleaseEvent]) -> None:
    """Returns when the events are durable. Raises sqlite3.Error, and then nothing of them is written.

    The ends of the chain and of the threads are read after the write lock was taken, so no other process moves them
    meanwhile.
    """
    about = [(event.body(), event.persons) for event in events]
    named = sorted({person for _, persons in about for person in persons})
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
    named: Sequence[str],
) -> None:
    chain = connection.execute(_CHAIN, (writer,)).fetchone()
    head = Head(*chain) if chain else Head()
    keys = [bytes.fromhex(person) for person in named]
    threads: dict[str, Head] = {}
    newest: dict[bytes, bytes] = {}
    size = _FEW if len(keys) <= _FEW else _MANY
    for start in range(0, len(keys), size):
        some = keys[start : start + size]
        some += some[-1:] * (size - len(some))
        for person, number, hash_, entry in connection.execute(_THREADS[size], some):
            threads[person.hex()] = Head(number, hash_)
            newest[person] = entry
    links, head, threads = linked(writer, head, threads, about)
    hashes = [*(link.previous for link in links[1:]), head.hash]
    rows = zip(events, links, hashes, entered(events, newest), strict=True)
    connection.executemany(_EVENT, [event_row(*row) for row in rows])
    connection.execute(_MOVE_CHAIN, (writer, *head))
    ends = [(key, *threads[person], newest.get(key, NONE)) for key, person in zip(keys, named, strict=True)]
    connection.executemany(_MOVE_THREAD, ends)
