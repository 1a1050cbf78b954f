"""Premium months, asked for by the page and as what their sums need.

The month is compared as yyyymm, the two-digit year expanded by the pivot; month 13 stays 13 and is refused later.
"""

import sqlalchemy as sa

from adapters.branch_databases.wire.spelling import Number, among
from adapters.branch_databases.wire.tables import dskwor00, spcwor00, workshop

NO_MONTH = 999_999  # later than each month: where the first page begins
NO_RECORD = -1
ALL_RECORDS = 2**63 - 1


def _integer(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


def _month(table: sa.Table) -> sa.ColumnElement[int]:
    century = sa.case(
        (table.c.dsw_yy <= _integer("pivot"), sa.literal_column("140000")), else_=sa.literal_column("130000")
    )
    month: sa.ColumnElement[int] = century + table.c.dsw_yy * sa.literal_column("100") + table.c.dsw_mm
    return month


_EMPTY: list[sa.ColumnElement[str]] = [
    sa.literal_column(f"'{marker}'") for marker in ("0", "00000000", "0000000000", "null")
]
_TRIMMED = sa.func.rtrim(sa.func.coalesce(dskwor00.c.dsw_id, sa.literal_column("''")))
_PLACE = sa.case((_TRIMMED.in_(_EMPTY), sa.literal_column("''")), else_=_TRIMMED)

_LISTED = sa.select(
    dskwor00.c.per_natcod,
    dskwor00.c.rec_id,
    dskwor00.c.dsw_id,
    _PLACE.label("place"),
    _month(dskwor00).label("yyyymm"),
    dskwor00.c.dsw_yy,
    dskwor00.c.dsw_mm,
    dskwor00.c.dsw_listno,
    sa.literal_column("0", Number()).label("kind"),
    dskwor00.c.dsw_dd,
    dskwor00.c.dsw_mash,
    dskwor00.c.dsw_bime,
    dskwor00.c.dsw_ocp,
).where(among(dskwor00.c.per_natcod, "codes", 10, zeros=True))

_SPECIAL = sa.select(
    spcwor00.c.per_natcod,
    spcwor00.c.rec_id,
    sa.cast(sa.null(), sa.CHAR(10)),
    sa.literal_column("''"),
    _month(spcwor00),
    spcwor00.c.dsw_yy,
    spcwor00.c.dsw_mm,
    sa.cast(sa.null(), sa.CHAR(12)),
    spcwor00.c.spc_kind,
    spcwor00.c.dsw_dd,
    spcwor00.c.dsw_mash,
    spcwor00.c.dsw_bime,
    sa.cast(sa.null(), sa.LargeBinary()),
).where(among(spcwor00.c.per_natcod, "codes", 10, zeros=True))

_ALL = sa.union_all(_LISTED, _SPECIAL).subquery("all_records")

# Behind the cursor: (month desc, workshop, record id), the branch being decided by what `after_record` is given.
_AFTER = sa.or_(
    _ALL.c.yyyymm < _integer("after_month"),
    sa.and_(
        _ALL.c.yyyymm == _integer("after_month"),
        sa.or_(
            _ALL.c.place > sa.bindparam("after_place", type_=sa.String()),
            sa.and_(
                _ALL.c.place == sa.bindparam("after_place", type_=sa.String()),
                _ALL.c.rec_id > _integer("after_record"),
            ),
        ),
    ),
)
_BEHIND = sa.case((_AFTER, sa.literal_column("1")), else_=sa.literal_column("0"))

# The cursor's own month and workshop come again as a whole, since what is a duplicate is decided within them.
_RANKED = (
    sa.select(
        *_ALL.c,
        _BEHIND.label("behind"),
        sa.func.row_number()
        .over(partition_by=(_ALL.c.per_natcod, _BEHIND), order_by=(_ALL.c.yyyymm.desc(), _ALL.c.place, _ALL.c.rec_id))
        .label("position"),
    )
    .where(
        _ALL.c.yyyymm >= _integer("since"),
        _ALL.c.yyyymm <= _integer("until"),
        sa.or_(_integer("kind") < sa.literal_column("0"), _ALL.c.kind == _integer("kind")),
        sa.or_(
            _ALL.c.yyyymm < _integer("after_month"),
            sa.and_(
                _ALL.c.yyyymm == _integer("after_month"),
                _ALL.c.place >= sa.bindparam("after_place", type_=sa.String()),
            ),
        ),
    )
    .subquery("ranked")
)

_SHOWN = ["rec_id", "dsw_id", "dsw_yy", "dsw_mm", "dsw_listno", "kind", "dsw_dd", "dsw_mash", "dsw_bime", "dsw_ocp"]

CONTRIBUTION_PAGES = (
    sa.select(_RANKED.c.per_natcod.label("asked"), *(_RANKED.c[column] for column in _SHOWN), workshop.c.wsh_name)
    .select_from(_RANKED.outerjoin(workshop, workshop.c.wshid == _RANKED.c.dsw_id))
    .where(sa.or_(_RANKED.c.behind == sa.literal_column("0"), _RANKED.c.position <= _integer("rows_wanted")))
)

# UNION, not UNION ALL: rows that say the same month, workshop, kind, days and wage again are one here.
CONTRIBUTION_SUMS = sa.union(
    sa.select(
        dskwor00.c.per_natcod.label("asked"),
        dskwor00.c.dsw_yy,
        dskwor00.c.dsw_mm,
        dskwor00.c.dsw_id,
        sa.literal_column("0", Number()).label("kind"),
        dskwor00.c.dsw_dd,
        dskwor00.c.dsw_mash,
    ).where(among(dskwor00.c.per_natcod, "codes", 10, zeros=True)),
    sa.select(
        spcwor00.c.per_natcod,
        spcwor00.c.dsw_yy,
        spcwor00.c.dsw_mm,
        sa.cast(sa.null(), sa.CHAR(10)),
        spcwor00.c.spc_kind,
        spcwor00.c.dsw_dd,
        spcwor00.c.dsw_mash,
    ).where(among(spcwor00.c.per_natcod, "codes", 10, zeros=True)),
)
