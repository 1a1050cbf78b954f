"""The tables of cycles, the same in SQLite and PostgreSQL. Amounts in rial; moments are microseconds since 1970, UTC.

Persons stand in them under keyed hashes, cases are encrypted (`gateway/requests/sealing.py`). What must never be broken
is a constraint here, whoever writes: a case is gathered once (`id`), and a person is granted something once
(`granted_as`).
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

CYCLES = sa.Table(
    "service_cycles",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),  # kind:month
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("since", sa.String(7), nullable=False),  # events registered before it are passed over
    sa.Column("runs", sa.Integer, nullable=False),  # one, and one more each time it was taken up again
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("over_at", sa.BigInteger),
)
CURSORS = sa.Table(  # how far the registry's feed was read, by kind of cycle
    "service_cycle_cursors",
    METADATA,
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False),
)
CASES = sa.Table(  # a person whom an event concerns, and what became of them
    "service_cycle_cases",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("cycle", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("registered", sa.String(7), nullable=False),  # the event's month: a batch is of neighbouring months
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(16)),  # none: not assessed yet
    sa.Column("rules", sa.String(512), nullable=False),  # those that do not hold, by name
    sa.Column("granted_as", sa.String(64), unique=True),
    sa.Column("amount", sa.BigInteger),
    sa.Column("effect", sa.String(16)),  # what has been done about it; none: nothing yet
    sa.Column("told", sa.String(16)),  # what became of the message; none: nothing yet
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Index("service_cycle_cases_to_assess", "cycle", "outcome", "attempt", "registered", "id"),
    sa.Index("service_cycle_cases_to_do", "cycle", "outcome", "effect", "told"),
)
