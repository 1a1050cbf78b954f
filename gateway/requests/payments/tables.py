"""The tables of money, the same in SQLite and PostgreSQL. Amounts in rial; moments are microseconds since 1970, UTC.

Persons stand in them under keyed hashes, tickets are encrypted (`gateway/requests/sealing.py`). What must never be
broken is a constraint here, whoever writes: one open ticket an obligation (`open_as`), one ticket a reference of the
bank, one posting of a kind a reference, and each posting takes from one account just what it gives to another.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

TICKETS = sa.Table(
    "payment_tickets",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("identifier", sa.String(12), nullable=False, unique=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("obligation", sa.String(64), nullable=False, index=True),
    sa.Column("debt", sa.String(64), index=True),  # of a debt's payment, whoever pays
    sa.Column("open_as", sa.String(64), unique=True),  # the obligation while the ticket is open; none: closed
    sa.Column("state", sa.String(32), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("opened_at", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("amount > 0", name="payment_tickets_amount"),
    sa.Index("payment_tickets_of_owner", "owner", "opened_at", "id"),
)
REFERENCES = sa.Table(  # which ticket has spent a reference
    "payment_references",
    METADATA,
    sa.Column("bank", sa.String(32), primary_key=True),
    sa.Column("rrn", sa.String(12), primary_key=True),
    sa.Column("ticket", sa.String(32), nullable=False, index=True),
)
POSTINGS = sa.Table(  # the ledger: one row is both sides
    "payment_postings",
    METADATA,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.String(32), nullable=False, index=True),
    sa.Column("rrn", sa.String(12), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("debit", sa.String(32), nullable=False),
    sa.Column("credit", sa.String(32), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("rrn", "kind", name="payment_postings_once"),
    sa.CheckConstraint("amount > 0", name="payment_postings_amount"),
    sa.CheckConstraint("debit <> credit", name="payment_postings_two_sides"),
)
TREATMENTS = sa.Table(  # what confirmed premiums have opened
    "payment_treatments",
    METADATA,
    sa.Column("ticket", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False, index=True),
    sa.Column("opened_at", sa.BigInteger, nullable=False),
    sa.Column("closed_at", sa.BigInteger),
)
CHANGES = sa.Table(  # which facts our writes have changed: what was remembered of them before is not used again
    "payment_changes",
    METADATA,
    sa.Column("owner", sa.String(64), primary_key=True),
    sa.Column("fact", sa.String(64), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
)
CALLS = sa.Table(  # the bank's calls to us, each taken once
    "payment_bank_calls",
    METADATA,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("ticket", sa.String(32), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
RECONCILIATIONS = sa.Table(  # the nightly files that were read
    "payment_reconciliations",
    METADATA,
    sa.Column("day", sa.String(8), primary_key=True),  # Jalali yyyymmdd
    sa.Column("read_at", sa.BigInteger, nullable=False),
    sa.Column("report", sa.LargeBinary, nullable=False),
)
