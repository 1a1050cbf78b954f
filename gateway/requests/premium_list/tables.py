"""The tables of premium lists, the same in SQLite and PostgreSQL. Moments are microseconds since 1970, UTC.

What must never be broken is a constraint: a list stands once (`open_as`), until its branch refuses it.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

LISTS = sa.Table(
    "premium_lists",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("tracking_code", sa.String(32), nullable=False, unique=True),
    sa.Column("open_as", sa.String(64), unique=True),  # workshop, month, number and contract row; none: refused
    sa.Column("accepted_at", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # the submission
    sa.Column("content", sa.LargeBinary),  # the list as it was read, until the branch has it
)
CHANGES = sa.Table(  # when a list of ours last changed a worker's contributions
    "premium_list_changes",
    METADATA,
    sa.Column("owner", sa.String(64), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False, index=True),
)
