"""The tables of requests, the same in SQLite and PostgreSQL. Moments are microseconds since 1970, UTC.

Persons stand in them under keyed hashes, what they asked for is encrypted (`sealing`).
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

RUNS = sa.Table(  # of `flow`: where each stands
    "request_runs",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("flow", sa.String(64), nullable=False),
    sa.Column("step", sa.String(64), nullable=False),
    sa.Column("due_at", sa.BigInteger),  # none: it rests until it is woken, or is over
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("claimed_until", sa.BigInteger),
    sa.Column("fence", sa.BigInteger, nullable=False),  # grows with each claim: who holds an older one writes nothing
    sa.Column("woken", sa.BigInteger, nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
    sa.Index("request_runs_due", "due_at"),
)
REQUESTS = sa.Table(
    "service_requests",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("tracking_code", sa.String(32), nullable=False, unique=True),
    sa.Column(
        "open_as", sa.String(64), unique=True
    ),  # what may be open once: kind, applicant and subject; none: closed
    sa.Column("accepted_at", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("service_requests_of_owner", "owner", "accepted_at", "id"),
)
GRANTS = sa.Table(  # what was granted, so that it is found by what it is about
    "request_grants",
    METADATA,
    sa.Column("request", sa.String(64), primary_key=True),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("request_grants_of_what", "what"),
)
KEYS = sa.Table(  # idempotency keys, and what was answered under each
    "request_keys",
    METADATA,
    sa.Column("owner", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("payload", sa.String(64), nullable=False),
    sa.Column("request", sa.String(64)),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
DOCUMENTS = sa.Table(  # what was uploaded; the bytes lie in the object store
    "request_documents",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("media_type", sa.String(64), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("request", sa.String(64)),
    sa.Column("at", sa.BigInteger, nullable=False),
)
