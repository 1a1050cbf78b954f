"""A group of events into SQLite, as one function for one thread.

Through an asynchronous driver each statement is a hop to its thread and back, which costs more than the statement does.
Here a whole group is one hop, in plain statements that the driver keeps prepared. The tables are those of `tables`.

Persons of large events are moved by the dozen. OR FAIL: a statement that moves many rows and may be undone alone has
SQLite copy each page before it changes it; we undo the whole transaction instead.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from gateway.operation.audit.chain import Head
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.placing import NOT_BEGUN, End, Prepared, keys_of, placed, prepared
from gateway.operation.audit.rows import EventRow
from gateway.operation.audit.sqlite_connection import RecordConnection

_CHAIN = "SELECT number, hash FROM record_writers WHERE writer = ?"
_MOVE_CHAIN = """INSERT INTO record_writers (writer, number, hash) VALUES (?, ?, ?)
    ON CONFLICT (writer) DO UPDATE SET number = excluded.number, hash = excluded.hash"""
_MOVE_THREAD = """INSERT INTO record_thread_ends (person, number, hash, listed) VALUES (?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET number = excluded.number, hash = excluded.hash, listed = excluded.listed"""
_EVENT = """INSERT INTO record_events
    (writer, number, event, correlation_id, previous, threads, body, hash, at, sealed_until, listed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

# For a few persons or for many: two texts, so that both stay prepared.
_FEW, _MANY = 8, 32
_THREADS = {
    size: f"SELECT person, number, hash, listed FROM record_thread_ends WHERE person IN ({', '.join('?' * size)})"  # noqa: S608 - marks only
    for size in (_FEW, _MANY)
}
_MOVE_THREADS = f"""UPDATE OR FAIL record_thread_ends SET number = number + ?, hash = ?, listed = ?
    WHERE person IN ({", ".join("?" * _MANY)})"""  # noqa: S608 - marks only


def committed(connection: RecordConnection, writer: str, events: Sequence[ReleaseEvent]) -> None:
    """Returns when the events are durable. Raises sqlite3.Error, and then nothing of them is written.

    The ends of the chain and of the threads are read, or found to be what they were, after the write lock was taken, so
    no other process moves them meanwhile.
    """
    group = [prepared(event) for event in events]
    connection.execute("BEGIN IMMEDIATE")
    try:
        known = connection.recalled()
        _write(connection, writer, group, known.chains, known.threads)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some faults, such as a full disk, have already rolled it back
            connection.execute("ROLLBACK")
        raise
    connection.remember(known)


def _write(
    connection: sqlite3.Connection,
    writer: str,
    group: Sequence[Prepared],
    chains: dict[str, Head],
    ends: dict[bytes, End],
) -> None:
    keys = keys_of(group)
    if writer not in chains:
        end = connection.execute(_CHAIN, (writer,)).fetchone()
        chains[writer] = Head(*end) if end else Head()
    _look_up(connection, [key for key in keys if key not in ends], ends)
    rows, chains[writer] = placed(writer, chains[writer], ends, group)
    connection.executemany(_EVENT, rows)
    connection.execute(_MOVE_CHAIN, (writer, *chains[writer]))
    if any(len(one.listed) > _FEW for one in group):
        moved = _move_many(connection, group, rows, ends)
        keys = [key for key in keys if key not in moved]
    _move_others(connection, keys, ends)


def _look_up(connection: sqlite3.Connection, keys: Sequence[bytes], ends: dict[bytes, End]) -> None:
    ends.update(dict.fromkeys(keys, NOT_BEGUN))
    size = _FEW if len(keys) <= _FEW else _MANY
    for start in range(0, len(keys), size):
        some = list(keys[start : start + size])
        some += some[-1:] * (size - len(some))
        for key, number, hash_, entry in connection.execute(_THREADS[size], some):
            ends[key] = (number, hash_.hex(), entry)


def _move_many(
    connection: sqlite3.Connection, group: Sequence[Prepared], rows: Sequence[EventRow], ends: dict[bytes, End]
) -> set[bytes]:
    """Moves on, up to _MANY at once, those whose thread and access log end with the same event and who were met before;
    says whom."""
    moved: set[bytes] = set()
    met: set[bytes] = set()  # in a later event of the group
    times = Counter(chain.from_iterable(one.keys for one in group))
    for about, row in zip(reversed(group), reversed(rows), strict=True):
        alike: dict[int, list[bytes]] = defaultdict(list)
        for key in about.listed:
            if ends[key][0] > (mentions := times[key]) and key not in met:
                alike[mentions].append(key)
        met.update(about.keys)
        name = bytes.fromhex(row.event)
        for mentions, keys in alike.items():
            for start in range(0, len(keys) - _FEW, _MANY):
                some = keys[start : start + _MANY]
                padding = some[-1:] * (_MANY - len(some))
                found = connection.execute(_MOVE_THREADS, (mentions, row.hash, name, *some, *padding)).rowcount
                if found != len(some):
                    raise sqlite3.IntegrityError("ends of threads that were there are not")
                moved.update(some)
    return moved


def _move_others(connection: sqlite3.Connection, keys: Sequence[bytes], ends: dict[bytes, End]) -> None:
    moved = ((key, ends[key]) for key in keys)
    connection.executemany(
        _MOVE_THREAD, [(key, number, bytes.fromhex(last), entry) for key, (number, last, entry) in moved]
    )
