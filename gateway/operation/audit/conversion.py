"""A record of the form that came before, brought into today's: the same events, found by other indexes.

Before, each mention of a person was a row of a table with three trees. Chains, threads, bodies and hashes are carried
over as they are, and so is what the former indexes said: what somebody did to them is found afterwards as before.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.operation.audit.entries import NONE
from gateway.operation.audit.event import event_from
from gateway.operation.audit.rows import microseconds
from gateway.operation.audit.tables import EVENTS, METADATA, THREADS

_EARLIER = sa.MetaData()
_THREADS = sa.Table(
    "record_threads",
    _EARLIER,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger),
    sa.Column("hash", sa.LargeBinary),
)
_MENTIONS = sa.Table(
    "record_mentions",
    _EARLIER,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("event", sa.String(32)),
    sa.Column("listed", sa.Boolean),
)
_MEANWHILE = sa.Table(
    "record_entries_meanwhile",
    sa.MetaData(),
    sa.Column("event", sa.String(32), primary_key=True),
    sa.Column("person", sa.LargeBinary, primary_key=True),
    sa.Column("before", sa.LargeBinary, nullable=False),
)
_AT_ONCE = 500


def is_earlier(connection: sa.Connection) -> bool:
    return sa.inspect(connection).has_table(_THREADS.name)


def convert(connection: sa.Connection) -> None:
    """In the caller's transaction, with work that grows with the record. Nobody else may write to it meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE record_threads, record_events IN ACCESS EXCLUSIVE MODE"))
    some_bytes, nothing = ("BYTEA", "''::bytea") if connection.dialect.name == "postgresql" else ("BLOB", "x''")
    connection.execute(sa.text("ALTER TABLE record_events ADD COLUMN at BIGINT NOT NULL DEFAULT 0"))
    connection.execute(sa.text("ALTER TABLE record_events ADD COLUMN sealed_until BIGINT"))
    connection.execute(sa.text(f"ALTER TABLE record_events ADD COLUMN listed {some_bytes} NOT NULL DEFAULT {nothing}"))
    METADATA.create_all(connection)
    _MEANWHILE.create(connection)
    for threads in _in_parts(connection, sa.select(_THREADS), _THREADS.c.person):
        _convert_threads(connection, threads)
    for events in _in_parts(connection, sa.select(EVENTS.c.event, EVENTS.c.body), EVENTS.c.event):
        _convert_events(connection, events)
    _MEANWHILE.drop(connection)
    _EARLIER.drop_all(connection)


def _convert_threads(connection: sa.Connection, threads: list[sa.Row[Any]]) -> None:
    mentions = sa.select(_MENTIONS).where(_MENTIONS.c.person.in_([row.person for row in threads]), _MENTIONS.c.listed)
    newest: dict[str, bytes] = {}
    entries = []
    for row in connection.execute(mentions.order_by(_MENTIONS.c.person, _MENTIONS.c.number)).all():
        before = newest.get(row.person, NONE)
        entries.append({"event": row.event, "person": bytes.fromhex(row.person), "before": before})
        newest[row.person] = bytes.fromhex(row.event)
    ends = [
        {
            "person": bytes.fromhex(row.person),
            "number": row.number,
            "hash": row.hash,
            "listed": newest.get(row.person, NONE),
        }
        for row in threads
    ]
    connection.execute(sa.insert(THREADS), ends)
    if entries:
        connection.execute(sa.insert(_MEANWHILE), entries)


def _convert_events(connection: sa.Connection, events: list[sa.Row[Any]]) -> None:
    listed: dict[str, bytes] = defaultdict(bytes)
    entries = sa.select(_MEANWHILE).where(_MEANWHILE.c.event.in_([row.event for row in events]))
    for row in connection.execute(entries.order_by(_MEANWHILE.c.event, _MEANWHILE.c.person)):
        listed[row.event] += row.person + row.before
    moved = sa.update(EVENTS).where(EVENTS.c.event == sa.bindparam("name"))
    moved = moved.values({column: sa.bindparam(column) for column in ("at", "sealed_until", "listed")})
    connection.execute(
        moved,
        [{"name": row.event, **_times(row.body), "listed": listed.get(row.event, b"")} for row in events],
    )


def _times(body: bytes) -> dict[str, int | None]:
    try:
        event = event_from(body)
    except msgspec.MsgspecError:
        return {"at": 0, "sealed_until": None}  # somebody changed it: for the verifier to say
    return {
        "at": microseconds(event.at),
        "sealed_until": microseconds(event.sealed_until) if event.sealed_until else None,
    }


def _in_parts(connection: sa.Connection, rows: sa.Select[Any], key: sa.Column[str]) -> Iterator[list[sa.Row[Any]]]:
    last = ""
    while part := list(connection.execute(rows.where(key > last).order_by(key).limit(_AT_ONCE))):
        yield part
        last = getattr(part[-1], key.name)
