"""Each rule of a premium list, on both sides of its line."""

import dataclasses
from typing import Any

import pytest

from gateway.domain.identifiers import BranchCode, WorkshopCode, WorkshopKey
from gateway.requests.premium_list.settings import PremiumListSettings
from gateway.requests.premium_list.wording import RULES
from tests.requests.premium_list.pairs import WORKER_ONE, WORKER_TWO, Pair, good_pair, summed_again
from twin.branches.code_pages import CodePage as WrittenPage
from twin.dbf import Column
from twin.premium_list_files import WORKERS, Worker

SUMS = ["DSK_TDD", "DSK_TROOZ", "DSK_TMAH", "DSK_TMAZ", "DSK_TMASH", "DSK_TTOTL", "DSK_TBIME"]


def changed(**header: Any) -> Pair:
    pair = good_pair()
    pair.header |= header
    return pair


def with_worker(row: int = 0, /, **values: Any) -> Pair:
    pair = good_pair()
    pair.workers[row] |= values
    return pair


def rules_of(pair: Pair, **given: Any) -> list[str]:
    return [fault[0] for fault in pair.faults(**given)]


# the header


@pytest.mark.parametrize("records", [0, 2])
def test_the_header_has_just_one_record(records: int) -> None:
    pair = good_pair()
    assert pair.faults() == []
    pair.headers = records
    assert pair.faults() == [("header.one-record", "HEADER", None, None)]
    assert pair.check().faults[0].found == f"{records} records"


@pytest.mark.parametrize("kind", [1, 9])
def test_the_kind_is_zero(kind: int) -> None:
    assert changed(DSK_KIND=0).faults() == []
    assert changed(DSK_KIND=kind).faults() == [("header.kind-is-zero", "HEADER", 1, "DSK_KIND")]


def test_the_list_is_of_the_workshop_that_it_is_sent_for() -> None:
    other = WorkshopKey(WorkshopCode("0070012346"), BranchCode("0070"))
    pair = good_pair()
    assert pair.faults() == []
    assert pair.faults(place=other) == [("list.of-the-workshop", "HEADER", 1, "DSK_ID")]


@pytest.mark.parametrize(("month", "good"), [(0, False), (1, True), (12, True), (13, False)])
def test_months_run_from_one_to_twelve(month: int, good: bool) -> None:
    pair = good_pair(WrittenPage.CP1256, WORKER_TWO)
    pair.header["DSK_MM"] = pair.workers[0]["DSW_MM"] = month
    assert set(rules_of(pair)) == (set() if good else {"list.month"})


def test_a_year_of_three_digits_is_none() -> None:
    pair = good_pair()
    pair.workers_columns = [Column(c.name, "N", 4) if c.name == "DSW_YY" else c for c in WORKERS]
    assert pair.faults() == []
    pair.workers[0]["DSW_YY"] = 1402
    assert pair.faults() == [("list.month", "WORKERS", 1, "DSW_MM")]


@pytest.mark.parametrize("off", [-1, 1])
def test_the_workers_are_counted(off: int) -> None:
    pair = good_pair()
    assert pair.faults() == []
    pair.header["DSK_NUM"] = 2 + off
    assert pair.faults() == [("list.workers-counted", "HEADER", 1, "DSK_NUM")]
    assert (pair.check().faults[0].found, pair.check().faults[0].needed) == (str(2 + off), "2")


@pytest.mark.parametrize("off", [-1, 1])
@pytest.mark.parametrize("column", SUMS)
def test_each_sum_is_that_of_the_rows(column: str, off: int) -> None:
    pair = good_pair()
    right = int(pair.header[column])
    pair.header[column] = right + off
    found = [fault for fault in pair.check().faults if fault.rule == "list.sum"]
    assert [(fault.column, fault.found, fault.needed) for fault in found] == [(column, str(right + off), str(right))]


def test_a_sum_over_a_row_that_cannot_be_read_is_not_judged() -> None:
    pair = with_worker(DSW_ROOZ="3x")
    assert pair.faults() == [("number.whole", "WORKERS", 1, "DSW_ROOZ")]


@pytest.mark.parametrize("off", [-1, 1])
def test_the_header_adds_up_wage_and_benefits(off: int) -> None:
    pair = good_pair()
    pair.header["DSK_TMASH"] = int(pair.header["DSK_TMASH"]) + off
    assert ("list.insurable-adds-up", "HEADER", 1, "DSK_TMASH") in pair.faults()


SHARES = [("DSK_TKOSO", 20), ("DSK_BIC", 3)]


@pytest.mark.parametrize(("off", "good"), [(-3, False), (-2, True), (2, True), (3, False)])
@pytest.mark.parametrize(("column", "percent"), SHARES)
def test_shares_of_the_header_may_be_off_by_one_rial_a_row(column: str, percent: int, off: int, good: bool) -> None:
    """Two rows of whole hundreds of rial: the shares are exact."""
    pair = good_pair(WrittenPage.CP1256, WORKER_ONE, two_with(daily=2_500_000))
    pair.header[column] = int(pair.header["DSK_TMASH"]) * percent // 100 + off
    assert pair.faults() == ([] if good else [("list.share", "HEADER", 1, column)])


@pytest.mark.parametrize(("off", "good"), [(-3, False), (-2, True), (2, True), (3, False)])
def test_so_may_the_insured_share(off: int, good: bool) -> None:
    pair = good_pair(WrittenPage.CP1256, WORKER_ONE, two_with(daily=2_500_000))
    pair.header["DSK_TBIME"] = int(pair.header["DSK_TBIME"]) + off
    assert rules_of(pair) == (["list.sum"] if good else ["list.sum", "list.share"])


@pytest.mark.parametrize("rate", [20, 30])
def test_exporters_write_either_rate(rate: int) -> None:
    assert changed(DSK_RATE=rate).faults() == []


# rows


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_share_of_a_row_may_be_off_by_one_rial(off: int, good: bool) -> None:
    pair = good_pair(WrittenPage.CP1256, WORKER_ONE, two_with(daily=2_500_000))
    pair.workers[0]["DSW_BIME"] = 88_000_000 * 7 // 100 + off
    assert summed_again(pair).faults() == ([] if good else [("list.share", "WORKERS", 1, "DSW_BIME")])


def test_the_tolerance_is_a_setting() -> None:
    pair = good_pair()
    pair.workers[0]["DSW_BIME"] = 88_000_000 * 7 // 100 + 5
    summed_again(pair)
    assert pair.faults(settings=PremiumListSettings(tolerance=5)) == []
    assert pair.faults(settings=PremiumListSettings(tolerance=4)) == [("list.share", "WORKERS", 1, "DSW_BIME")]


@pytest.mark.parametrize("off", [-1, 1])
def test_a_row_adds_up_wage_and_benefits(off: int) -> None:
    pair = good_pair()
    pair.workers[1]["DSW_MAZ"] = int(pair.workers[1]["DSW_MAZ"]) + 1 + off
    pair.workers[1]["DSW_MASH"] = int(pair.workers[1]["DSW_MASH"]) + 1
    assert ("list.insurable-adds-up", "WORKERS", 2, "DSW_MASH") in summed_again(pair).faults()


def test_what_a_row_earns_is_not_repeated() -> None:
    pair = good_pair()
    wage = str(pair.workers[0]["DSW_MASH"])
    pair.workers[0] |= {"DSW_MAZ": 0, "DSW_BIME": 1}
    told = [(fault.found, fault.needed) for fault in summed_again(pair).check().faults if fault.row == 1]
    assert told
    assert wage not in repr(told)


MONTHS = [(1402, 6, 31), (1402, 7, 30), (1402, 12, 29), (1403, 12, 30)]  # 1403 is a leap year


@pytest.mark.parametrize(("year", "month", "length"), MONTHS)
def test_a_month_has_no_more_days_than_the_calendar_says(year: int, month: int, length: int) -> None:
    for days, faults in ((length, []), (length + 1, [("worker.days-of-month", "WORKERS", 1, "DSW_DD")])):
        pair = good_pair(WrittenPage.CP1256, two_with(days=days))
        pair.header |= {"DSK_YY": year % 100, "DSK_MM": month}
        pair.workers[0] |= {"DSW_YY": year % 100, "DSW_MM": month}
        assert pair.faults() == faults, days


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("0499370899", True),  # vectors of domain.md 2.1
        ("0084575948", True),
        ("0684159415", False),
        ("1111111111", False),
        ("00135424", False),
        ("00135424x9", False),
        ("", False),
    ],
)
def test_national_codes_hold_their_check_digit(code: str, good: bool) -> None:
    faults = with_worker(PER_NATCOD=code).faults()
    assert faults == ([] if good else [("worker.national-code", "WORKERS", 1, "PER_NATCOD")])


@pytest.mark.parametrize(
    ("number", "good"),
    [("1234567", False), ("12345678", True), ("1234567890", True), ("12345678901", False), ("1234567x", False)],
)
def test_insurance_numbers_have_eight_to_ten_digits(number: str, good: bool) -> None:
    pair = with_worker(DSW_ID1=number)
    pair.workers_columns = [Column(c.name, "C", 12) if c.name == "DSW_ID1" else c for c in WORKERS]
    assert pair.faults() == ([] if good else [("worker.insurance-number", "WORKERS", 1, "DSW_ID1")])


@pytest.mark.parametrize(("column", "same"), [("PER_NATCOD", "0013542419"), ("DSW_ID1", "00123456")])
def test_a_person_stands_there_once(column: str, same: str) -> None:
    assert good_pair().faults() == []
    pair = with_worker(1, **{column: same})
    assert pair.faults() == [("worker.once", "WORKERS", 2, column)]
    assert pair.check().faults[0].found == "also in row 1"


@pytest.mark.parametrize(
    ("column", "other", "rule", "told"),
    [
        ("DSW_ID", "0070012346", "pair.same-workshop", "DSW_ID"),
        ("DSW_YY", 1, "pair.same-month", "DSW_MM"),
        ("DSW_MM", 11, "pair.same-month", "DSW_MM"),
        ("DSW_LISTNO", "02", "pair.same-number", "DSW_LISTNO"),
        ("DSW_LISTNO", "", "pair.same-number", "DSW_LISTNO"),
    ],
)
def test_both_files_name_the_same_list(column: str, other: Any, rule: str, told: str) -> None:
    assert with_worker(1, **{column: good_pair().workers[1][column]}).faults() == []
    assert with_worker(1, **{column: other}).faults() == [(rule, "WORKERS", 2, told)]


@pytest.mark.parametrize("code", ["007001234", "0070 12345", ""])
def test_the_code_of_a_workshop_has_ten_digits(code: str) -> None:
    assert changed(DSK_ID=code).faults() == [("workshop.ten-digits", "HEADER", 1, "DSK_ID")]


@pytest.mark.parametrize("number", ["-1", "1.5", "1,000", "****", "12a"])
def test_numbers_are_whole_and_not_below_zero(number: str) -> None:
    assert with_worker(DSW_MAZ=number).faults() == [("number.whole", "WORKERS", 1, "DSW_MAZ")]


def test_numbers_have_at_most_twelve_digits() -> None:
    pair = good_pair()
    pair.workers_columns = [Column(c.name, "N", 19) if c.name == "DSW_ROOZ" else c for c in WORKERS]
    pair.workers[0]["DSW_ROOZ"] = "9" * 12
    assert rules_of(pair) == ["list.sum"]
    pair.workers[0]["DSW_ROOZ"] = "9" * 13
    assert rules_of(pair) == ["number.whole"]


@pytest.mark.parametrize(
    ("date", "good"), [("13650431", True), ("13650432", False), ("13651301", False), ("1365", False)]
)
@pytest.mark.parametrize("column", ["DSW_IDATE", "DSW_BDATE", "DSW_SDATE", "DSW_EDATE"])
def test_dates_stand_in_the_calendar(column: str, date: str, good: bool) -> None:
    faults = with_worker(**{column: date}).faults()
    assert faults == ([] if good else [("date.in-the-calendar", "WORKERS", 1, column)])


@pytest.mark.parametrize(("word", "good"), [("مرد", True), ("زن", True), ("", True), ("1", False), ("زنه", False)])
@pytest.mark.parametrize("page", WrittenPage)
def test_the_sex_is_a_word(page: WrittenPage, word: str, good: bool) -> None:
    pair = good_pair(page)
    pair.workers[0]["DSW_SEX"] = word
    assert pair.faults() == ([] if good else [("worker.sex-in-words", "WORKERS", 1, "DSW_SEX")])


TEXTS = [
    ("سارا", None),
    (" سارا", "text.begins-at-once"),
    ("سارا\nرضا", "text.one-line"),
    ("سارا\r", "text.one-line"),
    *((f"سا{mark}را", "text.without-marks") for mark in "\"'><&"),
    ("سا\x07را", "text.readable"),
]


@pytest.mark.parametrize(("said", "rule"), TEXTS)
@pytest.mark.parametrize("column", ["DSW_FNAME", "DSW_OCP"])
def test_texts_of_workers_are_plain(column: str, said: str, rule: str | None) -> None:
    assert with_worker(**{column: said}).faults() == ([(rule, "WORKERS", 1, column)] if rule else [])


@pytest.mark.parametrize(("said", "rule"), TEXTS)
@pytest.mark.parametrize("column", ["DSK_NAME", "DSK_FARM", "DSK_ADRS", "DSK_DISC"])
def test_texts_of_the_header_are_plain(column: str, said: str, rule: str | None) -> None:
    assert changed(**{column: said}).faults() == ([(rule, "HEADER", 1, column)] if rule else [])


# all of them


def test_every_fault_is_told_and_in_both_languages() -> None:
    pair = with_worker(PER_NATCOD="0684159415", DSW_SEX="1", DSW_LISTNO="07")
    pair.header |= {"DSK_KIND": 3, "DSK_NUM": 9}
    faults = pair.check().faults
    assert [fault.rule for fault in faults] == [
        "worker.national-code",
        "worker.sex-in-words",
        "header.kind-is-zero",
        "list.workers-counted",
        "pair.same-number",
    ]
    assert all(fault.words.fa and fault.words.en and fault.needed for fault in faults)


def test_no_more_faults_are_told_than_the_setting_says() -> None:
    pair = good_pair()
    pair.workers = [{**pair.workers[0], "PER_NATCOD": "1"} for _ in range(10)]
    few = pair.check(settings=PremiumListSettings(most_faults=4))
    assert (len(few.faults), few.complete, few.premium_list) == (4, False, None)
    just = good_pair()
    just.header["DSK_KIND"] = 1
    all_of_them = just.check(settings=PremiumListSettings(most_faults=1))
    assert (len(all_of_them.faults), all_of_them.complete) == (1, True)


def test_faults_never_repeat_what_a_row_says_of_a_person() -> None:
    secrets = {"PER_NATCOD": "0684159415", "DSW_ID1": "7654321", "DSW_FNAME": "نام'خاص", "DSW_BDATE": "13659999"}
    faults = with_worker(**secrets).check().faults
    assert len(faults) == 4
    for secret in secrets.values():
        assert secret not in repr(faults)


def test_each_rule_has_words_that_differ() -> None:
    assert len({words.fa for words in RULES.values()}) == len({words.en for words in RULES.values()}) == len(RULES)


def two_with(**changes: Any) -> Worker:
    return dataclasses.replace(WORKER_TWO, **changes)
