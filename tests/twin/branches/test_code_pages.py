"""Both code pages against bytes written out by hand from the tables of domain.md 2.2, never from a converter."""

import pytest

from twin.branches.code_pages import Kaf, cp1256, iran_system, padded

CP1256 = [
    ("سارا", "D3 C7 D1 C7"),
    ("رضایی", "D1 D6 C7 ED ED"),  # ی has no slot: ي
    ("علي", "DA E1 ED"),
    ("موسى", "E3 E6 D3 EC"),
    ("کاوه", "98 C7 E6 E5"),
    ("گچ‌پژ", "90 8D 9D 81 8E"),  # ZWNJ has one
    ("آقای ۲۵", "C2 DE C7 ED 20 32 35"),  # no Persian digits
    ("١٤", "31 34"),
    ("رضا، ؟", "D1 D6 C7 A1 20 BF"),
    ("نامۀ", "E4 C7 E3 E5"),  # ۀ is absent
    ("فاطمة", "DD C7 D8 E3 C9"),
    ("漢", "3F"),
]

IRAN_SYSTEM = [
    # the last letter first; each letter by what it joins to
    ("سارا", "90 A4 91 A8"),  # س initial, ا final, ر, ا isolated
    ("رضا", "91 AE A4"),
    ("سلام", "F4 F2 A8"),  # لا is one byte
    ("لا", "F2"),
    ("علی", "FC F3 E4"),  # ع initial, ل medial, ی final
    ("بعد", "A2 E3 93"),  # ع medial
    ("شمع", "E2 F5 AA"),  # ع final
    ("باغ", "E5 91 93"),  # غ isolated
    ("مهدی", "FD A2 FA F5"),  # ه medial, ی isolated after د
    ("هاشم", "F4 AA 91 FB"),  # ه initial
    ("ماه", "F9 91 F5"),  # ه isolated
    ("رضایی", "FC FE 91 AE A4"),  # ی initial, ی final
    ("گچ کار", "A4 91 EE 20 9C F0"),
    ("می‌رود", "A2 F8 A4 FC F5"),  # ZWNJ: ی final, and no byte
    ("ژاله", "F9 F3 90 A6"),
    ("رئیس", "A7 FE 8E A4"),
    ("آب", "92 8D"),
    ("كيان", "F6 91 FE EE"),  # Arabic letters are folded first
    ("پلاک ۱۲", "81 82 20 ED F2 95"),  # digits keep their order
    ("خیابان ۱۲/۵ شرقی", "FC EC A4 AA 20 81 82 2F 85 20 F6 91 93 91 FE A1"),
    ("واحد ABC", "41 42 43 20 A2 9F 90 F8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CP1256)
def test_cp1256_is_written_as_the_table_has_it(text: str, expected: str) -> None:
    assert cp1256(text).hex(" ").upper() == expected


def test_kaf_has_two_slots_and_a_branch_chooses_one() -> None:
    assert cp1256("کاوه كيا", Kaf.PERSIAN).hex(" ").upper() == "98 C7 E6 E5 20 98 ED C7"
    assert cp1256("کاوه كيا", Kaf.ARABIC).hex(" ").upper() == "DF C7 E6 E5 20 DF ED C7"


@pytest.mark.parametrize(("text", "expected"), IRAN_SYSTEM)
def test_iran_system_is_written_in_visual_order_and_by_shape(text: str, expected: str) -> None:
    assert iran_system(text).hex(" ").upper() == expected


def test_text_is_filled_with_spaces_to_its_width() -> None:
    assert padded("رضا", 6, cp1256) == b"\xd1\xd6\xc7   "
    assert padded("رضا", 6, iran_system) == b"\x91\xae\xa4   "


def test_text_that_does_not_fit_loses_its_logical_end_in_both_pages() -> None:
    assert padded("رضا", 2, cp1256) == b"\xd1\xd6"
    assert padded("رضا", 2, iran_system) == b"\xad\xa4"  # ض is isolated now
