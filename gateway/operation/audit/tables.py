"""The tables of the record, the same in SQLite and PostgreSQL. Moments are microseconds since 1970, UTC.

An event about hundreds of persons costs what it touches for each of them. So that is one row, of a table that is
nothing but its key's tree, and a person's events are found by going back from there, from each to the one before it.
"""

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
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("sealed_until", sa.BigInteger),
    sa.Column("listed", sa.LargeBinary, nullable=False),  # in whose access logs it stands, and after what: `entries.py`
)
THREADS = sa.Table(  # the end of each person's thread, and the newest entry of their access log
    "record_thread_ends",
    METADATA,
    sa.Column("person", sa.LargeBinary, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("listed", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
CHECKPOINTS = sa.Table(
    "record_checkpoints",
    METADATA,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("signed", sa.LargeBinary, nullable=False),
    sa.Column("frontiers", sa.LargeBinary, nullable=False),
)
