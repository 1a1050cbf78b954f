"""Reading the pair: by its header, in both code pages, whatever the exporter did to names, order, widths and types."""

import random

import pytest

from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import InsuranceNumber, NationalId
from gateway.requests.premium_list.checking import checked
from gateway.requests.premium_list.settings import PremiumListSettings
from tests.requests.premium_list.pairs import WORKSHOP, Pair, good_pair, summed_again
from twin.branches.code_pages import CodePage as WrittenPage
from twin.dbf import CP1256_DRIVER, Column, table
from twin.premium_list_files import HEADER, WORKERS, header_file, workers_file, written


@pytest.mark.parametrize("page", WrittenPage)
def test_a_good_pair_is_read_whole_in_either_page(page: WrittenPage) -> None:
    said = good_pair(page).check()
    assert said.faults == ()
    assert said.complete
    assert said.workers_page is CodePage(page.value)
    premium_list = said.premium_list
    assert premium_list is not None
    assert (premium_list.workshop, str(premium_list.month), premium_list.number) == (WORKSHOP, "1402-12", "01")
    assert premium_list.workshop_name == "نساجی کاوه"
    assert premium_list.employer_name == "کاوه آهنگر"
    first, second = premium_list.workers
    assert (first.first_name, first.last_name, first.father_name) == ("سارا", "احمدی پور", "رضا")
    assert (second.first_name, second.last_name, second.father_name) == ("گلچهره", "پژمان", "ژاله")
    assert (first.sex, second.sex) == ("زن", "مرد")
    assert first.national_id == NationalId("0013542419")
    assert first.insurance_number == InsuranceNumber("00123456")
    assert first.birth is not None
    assert first.birth.jalali == "1365-04-12"
    assert first.issued is None
    assert (first.sums.days, first.sums.monthly, first.sums.insurable) == (29, 87_000_000, 88_000_000)
    assert premium_list.sums.insurable == first.sums.insurable + second.sums.insurable


def test_iran_system_is_read_by_the_table_of_the_field_and_not_by_its_writers() -> None:
    """رضا in visual order: ا joined, ض that opens, ر alone (domain.md 2.2)."""
    pair = good_pair(WrittenPage.IRAN_SYSTEM)
    assert pair.workers[0]["DSW_DNAME"] == "رضا"
    assert b"\x91\xae\xa4 " in pair.workers_bytes


@pytest.mark.parametrize("page", WrittenPage)
@pytest.mark.parametrize("driver", [0x00, CP1256_DRIVER, 0x64])
def test_the_language_driver_is_not_believed_against_the_letters(page: WrittenPage, driver: int) -> None:
    pair = good_pair(page)
    header = table(HEADER, written([pair.header], HEADER, page), driver)
    workers = table(WORKERS, written(pair.workers, WORKERS, page), driver)
    said = checked(header, workers, WORKSHOP, PremiumListSettings())
    assert said.faults == ()
    assert (said.header_page, said.workers_page) == (CodePage(page.value), CodePage(page.value))


@pytest.mark.parametrize("page", WrittenPage)
@pytest.mark.parametrize("declared", CodePage)
def test_nor_is_what_the_employer_declares(page: WrittenPage, declared: CodePage) -> None:
    said = good_pair(page).check(declared=declared)
    assert said.faults == ()
    assert said.workers_page is CodePage(page.value)


@pytest.mark.parametrize("seed", range(5))
def test_columns_stand_in_any_order_among_others(seed: int) -> None:
    pair = good_pair()
    mixed = [*WORKERS, Column("DSW_INC", "N", 12), Column("DSW_SPOUSE", "N", 13), Column("DSW_BIME20", "N", 19)]
    random.Random(seed).shuffle(mixed)
    heads = [*HEADER, Column("DSK_SPOUSE", "N", 12), Column("DSW_KOSO", "C", 3)]
    random.Random(seed).shuffle(heads)
    pair.workers_columns, pair.header_columns = mixed, heads
    said = pair.check()
    assert said.faults == ()
    assert said.premium_list == good_pair().check().premium_list


def test_columns_are_known_by_name_in_small_letters_too() -> None:
    pair = good_pair()
    raw = pair.workers_bytes
    for column in WORKERS:
        raw = raw.replace(column.name.encode().ljust(11, b"\0"), column.name.lower().encode().ljust(11, b"\0"))
    assert raw != pair.workers_bytes
    assert checked(pair.header_bytes, raw, WORKSHOP, PremiumListSettings()).faults == ()


def test_numbers_may_be_texts_and_codes_may_be_numbers_that_lost_their_zeros() -> None:
    pair = good_pair()
    pair.workers_columns = [
        Column(c.name, "N", 19) if c.name in {"DSW_ID", "DSW_ID1", "PER_NATCOD"} else
        Column(c.name, "C", 19) if c.kind == "N" else c
        for c in WORKERS
    ]  # fmt: skip
    for row in pair.workers:
        row |= {"DSW_ID": str(row["DSW_ID"]).lstrip("0"), "DSW_ID1": str(row["DSW_ID1"]).lstrip("0")}
        row["PER_NATCOD"] = str(row["PER_NATCOD"]).lstrip("0")
    said = pair.check()
    assert said.faults == ()
    assert said.premium_list == good_pair().check().premium_list


def test_a_text_column_with_a_short_insurance_number_is_not_mended() -> None:
    pair = good_pair()
    pair.workers[0]["DSW_ID1"] = "123456"
    assert pair.faults() == [("worker.insurance-number", "WORKERS", 1, "DSW_ID1")]


def test_wide_numbers_with_decimals_are_whole_numbers() -> None:
    pair = good_pair()
    pair.workers_columns = [Column(c.name, "N", 19) if c.name == "DSW_MAZ" else c for c in WORKERS]
    pair.workers[0]["DSW_MAZ"] = f"{pair.workers[0]['DSW_MAZ']}.00"
    assert pair.faults() == []


@pytest.mark.parametrize("digits", ["۱۲", "١٢"])
def test_digits_of_iran_system_are_digits(digits: str) -> None:
    pair = good_pair(WrittenPage.IRAN_SYSTEM)
    pair.workers_columns = [Column(c.name, "C", c.width) if c.name == "DSW_DD" else c for c in WORKERS]
    pair.workers[1]["DSW_DD"] = digits
    assert pair.faults() == []


@pytest.mark.parametrize(
    ("column", "empty"),
    [("DSW_MAZ", ""), ("DSW_IDATE", "00000000"), ("DSW_EDATE", "0"), ("DSW_SDATE", "null"), ("DSW_SEX", "")],
)
def test_empty_is_written_in_several_ways(column: str, empty: str) -> None:
    pair = good_pair()
    pair.workers[1][column] = empty
    assert pair.faults() == []


def test_fields_may_be_padded_with_nuls() -> None:
    pair = good_pair()
    rows = [{name: raw.ljust(60, b"\0") if name.endswith("NAME") else raw for name, raw in row.items()}
            for row in written(pair.workers, WORKERS, WrittenPage.CP1256)]  # fmt: skip
    said = checked(pair.header_bytes, table(WORKERS, rows), WORKSHOP, PremiumListSettings())
    assert said.faults == ()
    assert said.premium_list == pair.check().premium_list


def test_records_that_are_marked_as_deleted_do_not_count() -> None:
    pair = good_pair()
    pair.workers.insert(1, dict(pair.workers[0]))
    raw = bytearray(pair.workers_bytes)
    start = 32 + 32 * len(WORKERS) + 1
    length = 1 + sum(column.width for column in WORKERS)
    raw[start + length : start + length + 1] = b"*"
    said = checked(pair.header_bytes, bytes(raw), WORKSHOP, PremiumListSettings())
    assert said.faults == ()
    assert said.premium_list is not None
    assert len(said.premium_list.workers) == 2


@pytest.mark.parametrize(("year", "read"), [(2, "1402-12"), (49, "1449-12"), (50, "1350-12"), (99, "1399-12")])
def test_two_digit_years_turn_at_the_pivot(year: int, read: str) -> None:
    pair = good_pair()
    pair.header["DSK_YY"] = year
    for row in pair.workers:
        row["DSW_YY"] = year
    said = pair.check()
    assert said.premium_list is not None, said.faults
    assert str(said.premium_list.month) == read


def test_a_pivot_is_a_setting() -> None:
    said = good_pair().check(settings=PremiumListSettings(year_pivot=1))
    assert said.premium_list is not None
    assert str(said.premium_list.month) == "1302-12"


def test_dates_of_six_digits_turn_at_the_pivot_too() -> None:
    pair = good_pair()
    pair.workers[0]["DSW_SDATE"] = "021201"
    premium_list = pair.check().premium_list
    assert premium_list is not None
    began = premium_list.workers[0].began
    assert began is not None
    assert began.jalali == "1402-12-01"


def test_columns_of_the_template_that_older_programs_lack_may_be_missing() -> None:
    pair = good_pair()
    further = {"MON_PYM", "DSK_BIMH", "DSK_RATE", "DSK_DISC"}
    pair.header_columns = [column for column in HEADER if column.name not in further]
    pair.workers_columns = [column for column in WORKERS if column.name not in {"DSW_IDATE", "DSW_NAT", "DSW_PRATE"}]
    assert pair.faults() == []


@pytest.mark.parametrize(("file", "column"), [("HEADER", "DSK_BIC"), ("WORKERS", "PER_NATCOD")])
def test_a_column_that_is_needed_is_named(file: str, column: str) -> None:
    pair = good_pair()
    pair.header_columns = [c for c in HEADER if c.name != column]
    pair.workers_columns = [c for c in WORKERS if c.name != column]
    assert pair.faults() == [("columns.present", file, None, column)]


def test_a_list_without_a_number_is_a_list() -> None:
    pair = good_pair()
    pair.header["DSK_LISTNO"] = ""
    for row in pair.workers:
        row["DSW_LISTNO"] = "0"
    said = pair.check()
    assert said.premium_list is not None
    assert said.premium_list.number == ""


def test_many_rows_are_read() -> None:
    pair: Pair = good_pair()
    pair.workers = [dict(pair.workers[0]) for _ in range(300)]
    rules = {fault.rule for fault in summed_again(pair).check().faults}
    assert rules == {"worker.once"}
    assert len(header_file([pair.header], pair.page)) < len(workers_file(pair.workers, pair.page))
