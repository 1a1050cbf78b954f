"""The tables of certificates, in the store of requests. Moments are microseconds since 1970, UTC.

Persons stand in them under keyed hashes; what is certified, and who read it for what, is encrypted, each bound to its
row.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

CERTIFICATES = sa.Table(
    "certificates",
    METADATA,
    sa.Column("serial", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("issued_at", sa.BigInteger, nullable=False),
    sa.Column("valid_until", sa.BigInteger, nullable=False),
    sa.Column("status_list", sa.Integer, nullable=False),
    sa.Column("status_index", sa.Integer, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Column("superseded_by", sa.String(32)),
    sa.Column("passcode_salt", sa.LargeBinary, nullable=False),
    sa.Column("wrong_passcodes", sa.Integer, nullable=False, default=0),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("status_list", "status_index"),
    sa.Index("certificates_of_owner", "owner", "issued_at", "serial"),
)
PASSCODES = sa.Table(
    "certificate_passcodes",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("serial", sa.String(32), sa.ForeignKey(CERTIFICATES.c.serial), nullable=False, index=True),
    sa.Column("hash", sa.LargeBinary, nullable=False),  # slow and keyed: `passcode`
    sa.Column("redeemer", sa.String(100)),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("uses_left", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False, default=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
REDEMPTIONS = sa.Table(
    "certificate_redemptions",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("serial", sa.String(32), sa.ForeignKey(CERTIFICATES.c.serial), nullable=False, index=True),
    sa.Column("passcode", sa.String(32), sa.ForeignKey(PASSCODES.c.id), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("intent", sa.String(64), unique=True),  # the redeemer's idempotency key: repeated, it uses no count
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
