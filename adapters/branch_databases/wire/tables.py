"""The tables of a branch and of the directory, as far as the gateway reads them.

Numbers are declared without a type of SQL on purpose: whatever comes reaches `translate`, which judges it.
"""

import sqlalchemy as sa

from adapters.branch_databases.wire.spelling import Number

_TABLES = sa.MetaData()


def _table(name: str, codes: str = "", texts: str = "", numbers: str = "", counters: str = "") -> sa.Table:
    columns: list[sa.Column[object]] = [sa.Column(code, sa.String()) for code in codes.split()]
    columns += [sa.Column(text, sa.LargeBinary()) for text in texts.split()]
    columns += [sa.Column(number, Number()) for number in numbers.split()]
    columns += [sa.Column(counter, sa.BigInteger()) for counter in counters.split()]
    return sa.Table(name, _TABLES, *columns)


dskwor00 = _table(
    "dskwor00",
    codes="dsw_id dsw_listno per_natcod",
    texts="dsw_ocp",
    numbers="dsw_yy dsw_mm dsw_dd dsw_mash dsw_bime",
    counters="rec_id",
)
spcwor00 = _table(
    "spcwor00",
    codes="per_natcod",
    numbers="spc_kind dsw_yy dsw_mm dsw_dd dsw_mash dsw_bime",
    counters="rec_id",
)
insured = _table("insured", codes="per_natcod ins_no ins_stat wshid ins_sdate", texts="wsh_name", numbers="ins_kind")
bail = _table("bail", codes="sup_natcod natcod bail_type bdate sdate edate stat", texts="fname lname")
pensioner = _table(
    "pensioner",
    codes="pns_no per_natcod pns_kind stat base_date end_date pay_date",
    numbers="amount pay_amount",
)
workshop = _table("workshop", codes="wshid employer_natcod stat", texts="wsh_name wsh_farm wsh_adrs")
debit = _table(
    "debit",
    codes="debit_no wshid debtor_natcod date_from date_to order_date eblagh_date badvi_date step_code stat_code",
    texts="reason",
    numbers="bimeh_amount bikari_amount sayer_amount debit_amount debit_remain",
)
debit_ledger = _table(
    "debit_ledger", codes="debit_no led_date led_kind", texts="led_desc", numbers="row_no amount balance"
)
claim_order = _table("claim_order", codes="order_no debit_no wshid kind order_date eblagh_date", numbers="amount")

insured_branch = _table("insured_branch", codes="natcod brcode", counters="seq")
workshop_branch = _table("workshop_branch", codes="wshid brcode employer_natcod", counters="seq")
