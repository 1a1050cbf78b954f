"""The tables of the record, the same in SQLite and PostgreSQL. Moments are microseconds since 1970, UTC."""

import sqlalchemy as sa

METADATA = sa.MetaData()

WRITERS = sa.Table(
    "record_writers",
    METADATA,
    sa.Column("writer", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
EVENTS = sa.Table(
    "record_events",
    METADATA,
    sa.Column("writer", sa.String(64), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("event", sa.String(32), nullable=False, unique=True),
    sa.Column("correlation_id", sa.String(64), nullable=False, index=True),
    sa.Column("previous", sa.LargeBinary, nullable=False),
    sa.Column("threads", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
THREADS = sa.Table(  # the end of each person's thread
    "record_threads",
    METADATA,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)
MENTIONS = sa.Table(  # which events are about a person; what is `listed` stands in the person's access log
    "record_mentions",
    METADATA,
    sa.Column("person", sa.String(32), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("listed", sa.Boolean, nullable=False),
    sa.Column("sealed_until", sa.BigInteger),
    sa.Index("record_mentions_of_person", "person", "at", "event"),
)
CHECKPOINTS = sa.Table(
    "record_checkpoints",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("frontiers", sa.LargeBinary, nullable=False),
)
