"""The tables of docs/systems/branch_databases.md, described once for PostgreSQL, MariaDB and SQLite."""

from __future__ import annotations

from sqlalchemy import (
    CHAR,
    BigInteger,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

BRANCHES_WITH_NEWER_COLUMNS = frozenset({"1210", "2450"})  # dsw_inc and dsw_spouse (domain.md 2.3)


def text(width: int) -> TypeEngine[bytes]:
    """Raw bytes in the branch's code page; the rows bring their padding."""
    return LargeBinary(width).with_variant(mysql.VARBINARY(width), "mysql", "mariadb")


def code(width: int) -> TypeEngine[str]:
    """ASCII. PostgreSQL and MariaDB pad by themselves, SQLite does not: the rows bring their padding."""
    return CHAR(width).with_variant(mysql.CHAR(width, charset="ascii", collation="ascii_bin"), "mysql", "mariadb")


def number(digits: int) -> TypeEngine[int]:
    return Numeric(digits, 0, asdecimal=False)  # type: ignore[return-value]  # integers, whatever the driver hands out


def directory() -> MetaData:
    """The tables of the database `directory`."""
    metadata = MetaData()
    name = String(100).with_variant(mysql.VARCHAR(100, charset="utf8mb4"), "mysql", "mariadb")
    Table("branch", metadata, Column("brcode", code(4), primary_key=True), Column("brname", name))
    Table(
        "insured_branch",
        metadata,
        Column("natcod", code(10)),
        Column("brcode", code(4)),
        Column("seq", BigInteger, index=True),
        PrimaryKeyConstraint("natcod", "brcode"),
    )
    Table(
        "workshop_branch",
        metadata,
        Column("wshid", code(10)),
        Column("brcode", code(4)),
        Column("employer_natcod", code(10)),
        Column("seq", BigInteger, index=True),
        Index("workshop_branch_wshid", "wshid", "brcode"),
    )
    return metadata


def branch(brcode: str) -> MetaData:
    """The tables of one branch's database. Columns stand in the order in which rows.py writes them."""
    metadata = MetaData()
    Table("dskkar00", metadata, *_list_columns(), Index("dskkar00_list", "dsk_id", "dsk_yy", "dsk_mm"))
    newer = _numbers(12, "dsw_inc dsw_spouse") if brcode in BRANCHES_WITH_NEWER_COLUMNS else []
    Table("dskwor00", metadata, *_worker_columns(), *newer)
    Table("spcwor00", metadata, *_special_columns())
    _files_of_persons(metadata)
    _claims(metadata)
    _intake(metadata)
    return metadata


def _list_columns() -> list[Column[object]]:
    return [
        Column("dsk_id", code(10)),
        Column("dsk_name", text(30)),
        Column("dsk_farm", text(30)),
        Column("dsk_adrs", text(40)),
        *_numbers(1, "dsk_kind"),
        *_numbers(2, "dsk_yy dsk_mm"),
        Column("dsk_listno", code(12)),
        Column("dsk_disc", text(30)),
        *_numbers(5, "dsk_num"),
        *_numbers(6, "dsk_tdd"),
        *_numbers(12, "dsk_trooz dsk_tmah dsk_tmaz dsk_tmash dsk_ttotl dsk_tbime dsk_tkoso dsk_bic"),
        *_numbers(5, "dsk_rate"),
        *_numbers(2, "dsk_prate"),
        *_numbers(12, "dsk_bimh"),
        Column("mon_pym", code(3)),
    ]


def _worker_columns() -> list[Column[object]]:
    return [
        Column("rec_id", BigInteger, primary_key=True, autoincrement=False),
        Column("dsw_id", code(10)),
        *_numbers(2, "dsw_yy dsw_mm"),
        Column("dsw_listno", code(12)),
        Column("dsw_id1", code(10)),
        Column("dsw_fname", text(60)),
        Column("dsw_lname", text(60)),
        Column("dsw_dname", text(60)),
        Column("dsw_idno", code(15)),
        Column("dsw_idplc", text(30)),
        Column("dsw_idate", code(8)),
        Column("dsw_bdate", code(8)),
        Column("dsw_sex", text(3)),
        Column("dsw_nat", text(10)),
        Column("dsw_ocp", text(50)),
        Column("dsw_sdate", code(8)),
        Column("dsw_edate", code(8)),
        *_numbers(2, "dsw_dd"),
        *_numbers(12, "dsw_rooz dsw_mah dsw_maz dsw_mash dsw_totl dsw_bime"),
        *_numbers(2, "dsw_prate"),
        Column("dsw_job", code(6)),
        Column("per_natcod", code(10), index=True),
    ]


def _special_columns() -> list[Column[object]]:
    return [
        Column("rec_id", BigInteger, primary_key=True, autoincrement=False),
        *_numbers(1, "spc_kind"),
        *_numbers(2, "dsw_yy dsw_mm dsw_dd"),
        *_numbers(12, "dsw_mash dsw_bime"),
        Column("dsw_id1", code(10)),
        Column("per_natcod", code(10), index=True),
    ]


def _files_of_persons(metadata: MetaData) -> None:
    Table(
        "insured",
        metadata,
        Column("per_natcod", code(10), index=True),
        Column("ins_no", code(10)),
        *_numbers(1, "ins_kind"),
        Column("ins_stat", code(1)),
        Column("wshid", code(10)),
        Column("wsh_name", text(100)),
        Column("ins_sdate", code(8)),
    )
    Table(
        "bail",
        metadata,
        Column("sup_natcod", code(10), index=True),
        Column("natcod", code(10), index=True),
        Column("bail_type", code(2)),
        Column("fname", text(60)),
        Column("lname", text(60)),
        Column("bdate", code(8)),
        Column("sdate", code(8)),
        Column("edate", code(8)),
        Column("stat", code(1)),
    )
    Table(
        "pensioner",
        metadata,
        Column("pns_no", code(10)),
        Column("per_natcod", code(10), index=True),
        Column("pns_kind", code(1)),
        Column("stat", code(1)),
        Column("base_date", code(8)),
        Column("end_date", code(8)),
        *_numbers(12, "amount"),
        Column("pay_date", code(8)),
        *_numbers(12, "pay_amount"),
    )
    Table(
        "workshop",
        metadata,
        Column("wshid", code(10), primary_key=True),
        Column("wsh_name", text(100)),
        Column("wsh_farm", text(100)),
        Column("wsh_adrs", text(100)),
        Column("employer_natcod", code(10)),
        Column("stat", code(1)),
    )


def _claims(metadata: MetaData) -> None:
    Table(
        "debit",
        metadata,
        Column("debit_no", code(12), primary_key=True),
        Column("wshid", code(10), index=True),
        Column("debtor_natcod", code(10), index=True),
        Column("reason", text(50)),
        Column("date_from", code(6)),
        Column("date_to", code(6)),
        Column("order_date", code(8)),
        Column("eblagh_date", code(8)),
        Column("badvi_date", code(8)),
        *_numbers(12, "bimeh_amount bikari_amount sayer_amount debit_amount debit_remain"),
        Column("step_code", code(2)),
        Column("stat_code", code(2)),
    )
    Table(
        "debit_ledger",
        metadata,
        Column("debit_no", code(12), index=True),
        *_numbers(5, "row_no"),
        Column("led_date", code(8)),
        Column("led_kind", code(1)),
        *_numbers(12, "amount balance"),
        Column("led_desc", text(50)),
    )
    Table(
        "claim_order",
        metadata,
        Column("order_no", code(12), primary_key=True),
        Column("debit_no", code(12)),
        Column("wshid", code(10), index=True),
        Column("kind", code(2)),
        Column("order_date", code(8)),
        Column("eblagh_date", code(8)),
        *_numbers(12, "amount"),
    )


def _intake(metadata: MetaData) -> None:
    """Of the intake of lists (docs/systems/branch_intake.md): which were entered. `at` is in epoch milliseconds."""
    Table(
        "list_intake",
        metadata,
        Column("reference", code(32), primary_key=True),
        Column("tracking_code", code(12)),
        Column("dsk_id", code(10)),
        Column("number", code(16)),
        *_numbers(5, "workers"),
        Column("at", BigInteger),
    )


def _numbers(digits: int, names: str) -> list[Column[object]]:
    return [Column(name, number(digits)) for name in names.split()]
