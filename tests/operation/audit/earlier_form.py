"""A record as the version before wrote it: each mention of a person a row, pseudonyms in hexadecimal."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.operation.audit.chain import Head, ThreadLink
from gateway.operation.audit.event import ReleaseEvent
from gateway.operation.audit.placing import NOT_BEGUN, keys_of, placed, prepared
from gateway.operation.audit.rows import microseconds
from gateway.operation.audit.tables import CHECKPOINTS
from gateway.operation.audit.wording import is_listed

EARLIER = sa.MetaData()
WRITERS = sa.Table(
    "record_writers",
    EARLIER,
    sa.Column("writer", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
EVENTS = sa.Table(
    "record_events",
    EARLIER,
    sa.Column("writer", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("event", sa.String(32), nullable=False, unique=True),
    sa.Column("correlation_id", sa.String(64), nullable=False, index=True),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("threads", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
THREADS = sa.Table(
    "record_threads",
    EARLIER,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
MENTIONS = sa.Table(
    "record_mentions",
    EARLIER,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("sealed_until", sa.BigInteger),
    sa.Index("record_mentions_of_person", "person", "at", "event"),
)
CHECKPOINTS.to_metadata(EARLIER)


def write_earlier(connection: sa.Connection, events: Sequence[ReleaseEvent], writer: str = "a") -> None:
    EARLIER.create_all(connection)
    group = [prepared(event) for event in events]
    ends = dict.fromkeys(keys_of(group), NOT_BEGUN)
    rows, head = placed(writer, Head(), ends, group)
    connection.execute(sa.insert(WRITERS), {"writer": writer, **head._asdict()})
    threads = [
        {"person": key.hex(), "number": number, "hash": bytes.fromhex(last)} for key, (number, last, _) in ends.items()
    ]
    connection.execute(sa.insert(THREADS), threads)
    for event, row in zip(events, rows, strict=True):
        names = ("writer", "number", "previous", "threads", "body", "hash")
        places: dict[str, Any] = {name: getattr(row, name) for name in names}
        connection.execute(sa.insert(EVENTS), {"event": event.id, "correlation_id": event.correlation_id, **places})
        listed = {p for release in event.released if is_listed(release.fields) for p in release.persons}
        mentions = [
            {
                "person": thread.person,
                "number": thread.number,
                "event": event.id,
                "at": microseconds(event.at),
                "listed": thread.person in listed,
                "sealed_until": microseconds(event.sealed_until) if event.sealed_until else None,
            }
            for thread in msgspec.json.decode(row.threads, type=tuple[ThreadLink, ...])
        ]
        if mentions:
            connection.execute(sa.insert(MENTIONS), mentions)
