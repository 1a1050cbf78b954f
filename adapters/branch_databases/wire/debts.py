"""Debts, by the page, of persons and of workshops. A date sorts as its text; an empty one as 00000000."""

import sqlalchemy as sa

from adapters.branch_databases.wire.spelling import among
from adapters.branch_databases.wire.tables import debit

FIRST_DAY = "99999999"  # later than each date: where the first page begins


def _page_by(owner: sa.ColumnElement[str], *, zeros: bool) -> sa.Select[tuple[object, ...]]:
    trimmed = sa.func.rtrim(sa.func.coalesce(debit.c.order_date, sa.literal_column("''")))
    empty: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{marker}'") for marker in ("", "0", "null")]
    issued = sa.case((trimmed.in_(empty), sa.literal_column("'00000000'")), else_=trimmed)
    number = sa.func.rtrim(debit.c.debit_no)
    after_day = sa.bindparam("after_day", type_=sa.String())
    tie = sa.bindparam("tie", type_=sa.BigInteger())  # debts of the cursor's day: 1 all, 0 by number, -1 none
    behind = sa.or_(
        issued < after_day,
        sa.and_(
            issued == after_day,
            sa.or_(
                tie > sa.literal_column("0"),
                sa.and_(tie == sa.literal_column("0"), number > sa.bindparam("after_number", type_=sa.String())),
            ),
        ),
    )
    position = sa.func.row_number().over(partition_by=owner, order_by=(issued.desc(), number))
    ranked = (
        sa.select(*debit.c, owner.label("asked"), position.label("position"))
        .where(among(owner, "codes", 10, zeros=zeros), behind)
        .subquery("ranked")
    )
    return sa.select(*ranked.c).where(ranked.c.position <= sa.bindparam("rows_wanted", type_=sa.BigInteger()))


DEBTS_OF_PERSONS = _page_by(debit.c.debtor_natcod, zeros=True)
DEBTS_OF_WORKSHOPS = _page_by(debit.c.wshid, zeros=False)
