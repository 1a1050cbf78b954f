"""Files that were cut off, are something else, or were made to break a reader: a fault, and never a crash."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.requests.premium_list.checking import checked
from gateway.requests.premium_list.dbf import is_table
from gateway.requests.premium_list.settings import PremiumListSettings
from tests.requests.premium_list.pairs import WORKSHOP, good_pair, told
from twin.branches.code_pages import CodePage
from twin.premium_list_files import WORKERS

PAIR = good_pair()
HEADER_BYTES, WORKERS_BYTES = PAIR.header_bytes, PAIR.workers_bytes
START = 32 + 32 * len(WORKERS) + 1
LENGTH = 1 + sum(column.width for column in WORKERS)


def faults(workers: bytes, settings: PremiumListSettings | None = None) -> list[tuple[str, int | None]]:
    said = checked(HEADER_BYTES, workers, WORKSHOP, settings or PremiumListSettings())
    assert said.premium_list is None
    assert {fault.file.value for fault in said.faults} == {"WORKERS"}
    return [(told(fault)[0], fault.row) for fault in said.faults]


def altered(offset: int, form: str, value: int) -> bytes:
    raw = bytearray(WORKERS_BYTES)
    struct.pack_into(form, raw, offset, value)
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "table.header"),
        (b"\x03", "table.header"),
        (b"\x03" + bytes(200), "table.header"),
        (b"%PDF-1.4 a list %%EOF" * 9, "table.header"),
        (WORKERS_BYTES[:31], "table.header"),
        (WORKERS_BYTES[: START - 1], "table.header"),
        (WORKERS_BYTES[:-20], "table.whole"),
        (WORKERS_BYTES[:START], "table.whole"),
        (WORKERS_BYTES[:-1] + b" " * LENGTH + b"\x1a", "table.whole"),
        (altered(0, "<B", 0x30), "table.header"),
        (altered(4, "<I", 4_000_000_000), "table.records-within-limit"),
        (altered(4, "<I", 3), "table.whole"),
        (altered(4, "<I", 1), "table.whole"),
        (altered(8, "<H", 65_535), "table.header"),
        (altered(8, "<H", 33), "table.header"),
        (altered(10, "<H", 0), "table.record-length"),
        (altered(10, "<H", 65_535), "table.record-length"),
        (altered(10, "<H", LENGTH + 1), "table.record-length"),
        (altered(32 + 16, "<B", 0), "table.columns"),
        (altered(32, "<B", 0), "table.columns"),
        (WORKERS_BYTES.replace(b"DSW_YY\0", b"DSW_MM\0"), "table.columns"),
        (WORKERS_BYTES.replace(b"\r", b" ", 1), "table.header"),
    ],
)
def test_what_is_no_whole_table_is_one_fault(content: bytes, rule: str) -> None:
    assert faults(content) == [(rule, None)]


def test_records_out_of_place_are_found_at_their_row() -> None:
    assert faults(altered(START + LENGTH, "<B", ord("x"))) == [("table.records-begin", 2)]


def test_more_records_than_the_setting_takes_are_not_read() -> None:
    assert faults(WORKERS_BYTES, PremiumListSettings(most_workers=1)) == [("table.records-within-limit", None)]
    assert checked(HEADER_BYTES, WORKERS_BYTES, WORKSHOP, PremiumListSettings(most_workers=2)).faults == ()


def test_a_file_may_end_without_its_mark_or_with_padding_after_it() -> None:
    for ending in (b"", b"\x1a", b"\x1a\x1a", b"\x1a" + bytes(100)):
        content = WORKERS_BYTES.removesuffix(b"\x1a") + ending
        assert checked(HEADER_BYTES, content, WORKSHOP, PremiumListSettings()).faults == ()


def test_both_files_are_judged_though_one_is_none() -> None:
    said = checked(b"nothing", b"nothing", WORKSHOP, PremiumListSettings())
    assert [told(fault)[:2] for fault in said.faults] == [("table.header", "HEADER"), ("table.header", "WORKERS")]


def test_an_upload_is_known_by_its_header_alone() -> None:
    assert is_table(WORKERS_BYTES)
    assert is_table(WORKERS_BYTES[:-20]), "whoever is to be told what is missing must be able to hand it in"
    assert not is_table(WORKERS_BYTES[: START - 1])
    assert not is_table(b"\x03" + bytes(2_000))
    assert not is_table(b"%PDF-1.4 %%EOF" * 30)


@given(
    st.sampled_from([HEADER_BYTES, WORKERS_BYTES, good_pair(CodePage.IRAN_SYSTEM).workers_bytes]),
    st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), max_size=12),
    st.integers(0, 4_000),
)
def test_no_bytes_break_the_reader(content: bytes, changes: list[tuple[int, int]], kept: int) -> None:
    raw = bytearray(content)
    for place, value in changes:
        raw[place % len(raw)] = value
    for pair in ((bytes(raw[:kept]), WORKERS_BYTES), (HEADER_BYTES, bytes(raw)), (bytes(raw), bytes(raw))):
        said = checked(*pair, WORKSHOP, PremiumListSettings(most_faults=50))
        assert (said.premium_list is None) == bool(said.faults)


@given(st.binary(max_size=2_000))
def test_nor_do_any_others(content: bytes) -> None:
    assert checked(b"\x03" + content, content, WORKSHOP, PremiumListSettings()).faults
