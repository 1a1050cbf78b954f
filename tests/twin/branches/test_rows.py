"""The rows of each branch, before any server has them."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from sqlalchemy import MetaData

from twin.branches import tables
from twin.branches.premium_lists import FIRST_SPECIAL_RECORD
from twin.branches.rows import rows_of_branch, rows_of_directory
from twin.branches.spells import month_length, premium_months
from twin.world import BRANCHES, Kind, Spell, World

Named = dict[str, Any]


def all_rows(world: World, branch: str) -> dict[str, list[Named]]:
    found: defaultdict[str, list[Named]] = defaultdict(list)
    metadata = tables.branch(branch)
    for name, rows in rows_of_branch(world, branch):
        columns = [column.name for column in metadata.tables[name].columns]
        found[name] += [dict(zip(columns, row, strict=True)) for row in rows]
    return found


@pytest.mark.parametrize("branch", BRANCHES)
def test_each_list_has_the_sums_of_its_workers_rows(world: World, branch: str) -> None:
    rows = all_rows(world, branch)
    sums: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    pairs = {
        "tdd": "dd",
        "trooz": "rooz",
        "tmah": "mah",
        "tmaz": "maz",
        "tmash": "mash",
        "ttotl": "totl",
        "tbime": "bime",
    }
    for row in rows["dskwor00"]:
        place = (row["dsw_id"], row["dsw_yy"], row["dsw_mm"], row["dsw_listno"])
        sums[place]["num"] += 1
        for total, figure in pairs.items():
            sums[place][total] += row[f"dsw_{figure}"]
    lists = {
        (row["dsk_id"], row["dsk_yy"], row["dsk_mm"], row["dsk_listno"]): Counter(
            {name: row[f"dsk_{name}"] for name in ("num", *pairs)}
        )
        for row in rows["dskkar00"]
    }
    assert len(lists) == len(rows["dskkar00"]) > 50
    assert lists == sums
    for row in rows["dskkar00"]:
        assert abs(row["dsk_tkoso"] - row["dsk_tmash"] * 0.20) <= 1
        assert abs(row["dsk_bic"] - row["dsk_tmash"] * 0.03) <= 1


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_worker_row_holds_the_cross_checks_of_the_premium_list(world: World, branch: str) -> None:
    rows = all_rows(world, branch)["dskwor00"]
    assert any(row["dsw_dd"] < 29 for row in rows)
    for row in rows:
        year = row["dsw_yy"] + (1400 if row["dsw_yy"] < 50 else 1300)
        assert 1 <= row["dsw_dd"] <= month_length(year * 12 + row["dsw_mm"] - 1)
        assert row["dsw_mash"] == row["dsw_mah"] + row["dsw_maz"]
        assert row["dsw_mah"] == row["dsw_rooz"] * row["dsw_dd"]
        assert abs(row["dsw_bime"] - row["dsw_mash"] * 0.07) <= 1


def test_years_have_two_digits_on_both_sides_of_1400(world: World) -> None:
    rows = [row for row in all_rows(world, "0070")["dskwor00"] if row["per_natcod"] == "0013542419"]
    months = [(row["dsw_yy"], row["dsw_mm"]) for row in rows]
    assert months[:3] == [(97, 10), (97, 11), (97, 12)]
    assert months[26:30] == [(99, 12), (0, 1), (0, 2), (0, 3)]
    assert months[-1] == (2, 3)


def test_wages_rise_with_the_new_year_and_esfand_is_as_long_as_its_year() -> None:
    spell = Spell(
        person="0013542419", branch="0070", workshop=None, kind=Kind.VOLUNTARY,
        since=1399 * 12 + 10, until=1400 * 12, daily_wage=1_000_000, job="",
    )  # fmt: skip
    assert [month.daily for month in premium_months(spell)] == [1_000_000, 1_000_000, 1_180_000]
    assert [month_length(year * 12 + 11) for year in (1398, 1399, 1400, 1403)] == [29, 30, 29, 30]


@pytest.mark.parametrize("branch", BRANCHES)
def test_every_value_fills_its_column_and_fits_it(world: World, branch: str) -> None:
    widths = _widths(tables.branch(branch))
    for name, rows in all_rows(world, branch).items():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, int):
                    assert value < 10 ** widths[name, column]
                elif value is not None:
                    assert len(value) == widths[name, column], (name, column)


def test_0960_loses_leading_zeros_and_has_insurance_numbers_of_eight_digits(world: World) -> None:
    rows = all_rows(world, "0960")
    assert {row["per_natcod"] for row in rows["dskwor00"]} == {"13542419  ", "1278450939"}
    assert {row["sup_natcod"] for row in rows["bail"]} == {"13542419  "}
    assert {row["natcod"] for row in rows["bail"]} == {"61274801  "}
    assert {row["per_natcod"] for row in rows["spcwor00"]} == {"64982033  "}
    for row in rows["insured"]:
        assert len(row["ins_no"].rstrip()) == 8
    (directory,) = [rows for name, rows in rows_of_directory(world) if name == "insured_branch"]
    assert ("0013542419", "0960") in {row[:2] for row in directory}


def test_1530_mixes_both_code_pages_in_one_table(world: World) -> None:
    names = Counter(
        row["dsw_fname"].strip() for row in all_rows(world, "1530")["dskwor00"] if row["per_natcod"] == "0013542419"
    )
    assert set(names) == {b"\xd3\xc7\xd1\xc7", b"\x90\xa4\x91\xa8"}
    assert min(names.values()) > 10


def test_1210_is_all_iran_system_and_0070_all_cp1256(world: World) -> None:
    for branch, sara in (("1210", b"\x90\xa4\x91\xa8"), ("0070", b"\xd3\xc7\xd1\xc7")):
        rows = all_rows(world, branch)["dskwor00"]
        assert {row["dsw_fname"].strip() for row in rows if row["per_natcod"] == "0013542419"} == {sara}
        assert {row["dsw_sex"] for row in rows} == {b"\xd2\xe4 " if branch == "0070" else b"\xf6\xa5 "}


def test_2450_writes_arabic_letters_doubled_spaces_and_dotless_endings(world: World) -> None:
    names = {
        row["dsw_lname"].strip() for row in all_rows(world, "2450")["dskwor00"] if row["per_natcod"] == "1278450939"
    }
    single, doubled = b"\xdf\xed\xc7\xe4\xed \x81\xe6\xd1", b"\xdf\xed\xc7\xe4\xed  \x81\xe6\xd1"
    assert names == {single, doubled, b"\xdf\xed\xc7\xe4\xec \x81\xe6\xd1"}


def test_2450_enters_some_whole_lists_twice(world: World) -> None:
    rows = all_rows(world, "2450")
    twice = [row for row in rows["dskkar00"] if row["dsk_listno"].strip().endswith("03")]
    assert twice
    facts = ("dsw_yy", "dsw_mm", "dsw_dd", "dsw_mash", "per_natcod")
    by_list: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows["dskwor00"]:
        by_list[row["dsw_listno"].strip()].append([row[fact] for fact in facts])
    for row in twice:
        number = row["dsk_listno"].strip()
        assert by_list[number] == by_list[number[:-2] + "01"]


def test_a_spell_duplicated_elsewhere_says_the_same_month_workshop_days_and_wage_there(world: World) -> None:
    facts = ("dsw_id", "dsw_yy", "dsw_mm", "dsw_dd", "dsw_mash")
    here, there = (
        [
            tuple(row[fact] for fact in facts)
            for row in all_rows(world, branch)["dskwor00"]
            if row["dsw_id"] == "0960012345"
        ]
        for branch in ("0960", "1530")
    )
    assert len(there) == 14
    assert set(there) < set(here)


def test_record_ids_are_unique_in_a_branch_over_both_tables_and_the_same_each_time(world: World) -> None:
    rows = all_rows(world, "0960")
    records = [row["rec_id"] for row in rows["dskwor00"]] + [row["rec_id"] for row in rows["spcwor00"]]
    assert len(records) == len(set(records))
    assert min(row["rec_id"] for row in rows["spcwor00"]) == FIRST_SPECIAL_RECORD
    assert rows == all_rows(world, "0960")


def test_nothing_is_written_in_each_of_the_known_ways(world: World) -> None:
    dates = {row["dsw_idate"] for branch in BRANCHES for row in all_rows(world, branch)["dskwor00"]}
    assert dates == {None, " " * 8, "0       ", "00000000", "null    "}


def test_only_some_branches_have_the_newer_columns() -> None:
    assert {b for b in BRANCHES if "dsw_spouse" in tables.branch(b).tables["dskwor00"].columns} == {"1210", "2450"}


def test_unknown_parts_of_a_birth_date_are_zeros(world: World) -> None:
    assert {row["bdate"] for row in all_rows(world, "0070")["bail"]} == {"13200000"}


def _widths(metadata: MetaData) -> dict[tuple[str, str], int]:
    return {
        (table.name, column.name): getattr(column.type, "length", None) or getattr(column.type, "precision", None) or 19
        for table in metadata.tables.values()
        for column in table.columns
    }
