"""Two code pages, mixed. Byte vectors are written out by hand from domain.md 2.2."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gateway.domain.legacy_text as module
from gateway.domain.code_pages import IRAN_SYSTEM, CodePage, Glyph
from gateway.domain.legacy_text import name, page_of, text, text_in, texts
from gateway.domain.text import fold_digits, fold_letters

IRAN_SYSTEM_BYTES = {  # as displayed, from the left: so the last letter first
    "سارا": "90 A4 91 A8",
    "علی": "FC F3 E4",
    "لاله": "F9 F3 F2",
    "مینا": "91 F7 FE F5",
    "پرویز": "A5 FE F8 A4 95",
    "عبدالله": "F9 F3 F3 90 A2 93 E4",
    "شرکت": "96 EE A4 AA",
    "کارگاه 12": "81 82 20 F9 91 F0 A4 91 EE",
    "رضا محمدی": "FC A2 F5 9F F5 20 91 AE A4",
    "آرش": "A9 A4 8D",
    "مسئول": "F1 F8 8E A8 F5",
    "نقش": "A9 EC F7",
}
# Any letter, isolated or final, then the shape that joins what follows (the same where there is none).
SHAPES = {
    "ا": "90 90", "ب": "92 93", "پ": "94 95", "ت": "96 97", "ث": "98 99", "ج": "9A 9B", "چ": "9C 9D", "ح": "9E 9F",
    "خ": "A0 A1", "د": "A2 A2", "ذ": "A3 A3", "ر": "A4 A4", "ز": "A5 A5", "ژ": "A6 A6", "س": "A7 A8", "ش": "A9 AA",
    "ص": "AB AC", "ض": "AD AE", "ط": "AF AF", "ظ": "E0 E0", "ع": "E1 E4", "غ": "E5 E8", "ف": "E9 EA", "ق": "EB EC",
    "ک": "ED EE", "گ": "EF F0", "ل": "F1 F3", "م": "F4 F5", "ن": "F6 F7", "و": "F8 F8", "ه": "F9 FB", "ی": "FC FE",
}  # fmt: skip
NAMES = [
    "علی", "محمد", "رضا", "حسین", "فاطمه", "زهرا", "مریم", "سارا", "مینا", "نرگس", "پریسا", "کاوه", "امیر",
    "لیلا", "بهرام", "داریوش", "سیاوش", "رستم", "آرش", "شهرام", "فرهاد", "شیرین", "پروانه", "ژاله", "گلناز",
    "مهناز", "چنگیز", "جمشید", "منوچهر", "اسفندیار", "طاهره", "ظفر", "غلامرضا", "ثریا", "ضیا", "صادق", "قاسم",
    "حمید", "خسرو", "یوسف", "احمدی", "کریمی", "موسوی", "تهرانی", "رضایی", "جعفری", "نجفی", "صفایی", "ملکی",
    "باقری", "چمنی", "گودرزی", "پورمحمد", "خادمی", "زارعی", "طباطبایی", "عباسی", "فروتن", "قربانی", "کاظمی",
    "شرکت", "کارگاه", "بافندگی", "نساجی", "فولاد", "سیمان", "کشاورزی", "نجاری", "راننده", "حسابدار", "منشی",
    "کارگر", "مهندس", "جوشکار", "برقکار", "نگهبان", "سرپرست",
]  # fmt: skip


def bytes_of(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal)


def in_iran_system(word: str) -> bytes:
    """A word of joined letters, without لا."""
    shown = []
    for at, letter in enumerate(word.replace("آ", "ا")):
        closed, open_ = SHAPES[letter].split()
        shown.append(open_ if at + 1 < len(word) else closed)
    return bytes_of(" ".join(reversed(shown)))


def in_cp1256(word: str) -> bytes:
    return word.replace("ی", "ي").encode("cp1256")


@pytest.mark.parametrize("word", IRAN_SYSTEM_BYTES)
@pytest.mark.parametrize("declared", CodePage)
def test_iran_system_is_read_whatever_the_branch_declares(word: str, declared: CodePage) -> None:
    assert text(bytes_of(IRAN_SYSTEM_BYTES[word]).ljust(60), declared) == word


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("D3 C7 D1 C7", "سارا"),
        ("DA E1 ED", "علی"),
        ("98 C7 E6 E5", "کاوه"),
        ("DF C7 E6 E5", "کاوه"),
        ("90 E1 20 20 8D E3 E4 20", "گل چمن"),
        ("81 D1 ED D3 C7", "پریسا"),
        ("C8 C7 E4 98 20 31 32", "بانک 12"),
    ],
)
@pytest.mark.parametrize("declared", CodePage)
def test_cp1256_is_read_whatever_the_branch_declares(raw: str, word: str, declared: CodePage) -> None:
    assert text(bytes_of(raw), declared) == word


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("declared", [CodePage.MIXED, CodePage.CP1256, CodePage.IRAN_SYSTEM])
def test_a_name_is_told_from_the_other_page(name: str, declared: CodePage) -> None:
    assert text(in_cp1256(name), declared) == name
    if "آ" not in name and "لا" not in name and "ئ" not in name:
        assert text(in_iran_system(name), declared) == name


@settings(max_examples=300)
@given(st.lists(st.sampled_from(sorted(set(SHAPES) - set("ثچآخژظ"))), min_size=4, max_size=12).map("".join))
def test_any_letters_survive_in_the_declared_page(word: str) -> None:
    """However unlikely as a word; without the few whose bytes are letters of CP1256 too."""
    assert text(in_iran_system(word), CodePage.IRAN_SYSTEM) == word


@settings(max_examples=200)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4), st.booleans())
def test_the_texts_of_a_row_are_read_in_one_page(words: list[str], dos: bool) -> None:
    words = [word for word in words if "آ" not in word and "لا" not in word] or ["علی"]
    raw = [(in_iran_system if dos else in_cp1256)(word).ljust(30) for word in words]
    assert texts(raw, CodePage.MIXED) == tuple(words)


def test_a_short_text_is_read_as_its_row_is() -> None:
    surname = in_cp1256("احمدی")
    assert texts((bytes_of("8D E3 E4"), surname), CodePage.MIXED) == ("چمن", "احمدی")


@pytest.mark.parametrize("raw", [b"", b"   ", b"0  ", b"00000000", b"null      ", None])
def test_empty_markers_are_no_text(raw: bytes | None) -> None:
    assert text(raw, CodePage.CP1256) is None


def test_numbers_and_latin_words_keep_their_direction_in_visual_order() -> None:
    # PVC 1399/09 shown at the left of «لوله»
    shown = b"1399/09 PVC " + bytes_of("F9 F3 F8 F1")
    assert text(shown, CodePage.IRAN_SYSTEM) == "لوله PVC 1399/09"


def test_brackets_open_where_they_did() -> None:
    shown = b"(" + bytes_of("F6 91 A4 FE 90") + b") " + bytes_of("A2 F8 E9")
    assert text(shown, CodePage.IRAN_SYSTEM) == "فود (ایران)"


def test_text_in_a_character_column_is_taken_as_text() -> None:
    assert text("شركت  ملي ", CodePage.IRAN_SYSTEM) == "شرکت ملی"


def weighed_by_character(piece: bytes, *, shown: bool) -> int:
    """The rule of the module's docstring, letter by letter; the module looks the same up in tables by byte."""
    unknown = Glyph("\N{REPLACEMENT CHARACTER}")
    glyphs = [IRAN_SYSTEM.get(byte, unknown) for byte in reversed(piece)]
    decoded = "".join(glyph.text for glyph in glyphs) if shown else fold_letters(piece.decode("cp1256"))
    total, before = 0, " "
    for character in decoded:
        if character in module._WEIGHTS:
            total += module._WEIGHTS[character] + (module._WRONG_SHAPE if before.isdecimal() else 0)
        elif character.isdecimal():
            total += module._DIGIT + (module._WRONG_SHAPE if before in module._WEIGHTS else 0)
        elif character == "\N{ZERO WIDTH NON-JOINER}" or character in "،؛؟":
            total += module._DIGIT + (0 if before in module._WEIGHTS else module._WRONG_SHAPE)
        elif character not in " .,:/()-_ـ":
            total += module._DIGIT if character.isascii() and character.isprintable() else module._ODD
        before = character
    for glyph, following in zip(glyphs, [*glyphs[1:], Glyph(" ")], strict=False) if shown else ():
        joined = following.text[0] in module._WEIGHTS and following.text != "ء"
        if glyph.opens is not None and glyph.opens is not joined:
            total += module._WRONG_SHAPE
    return total


def any_bytes() -> st.SearchStrategy[bytes]:
    said = st.lists(st.one_of(st.binary(max_size=6), st.sampled_from(NAMES).map(in_cp1256)), max_size=4).map(b" ".join)
    return said | st.lists(st.sampled_from(sorted(IRAN_SYSTEM)), max_size=20).map(bytes)


@settings(max_examples=500)
@given(any_bytes())
def test_the_tables_weigh_any_bytes_as_the_rule_does_letter_by_letter(piece: bytes) -> None:
    def weighed(table: Any, wrong: int) -> int:
        return int(sum(table.weights[byte] for byte in piece)) + wrong * module._WRONG_SHAPE

    assert weighed(module._CP1256, module._wrong_in_cp1256(piece)) == weighed_by_character(piece, shown=False)
    assert weighed(module._IRAN_SYSTEM, module._wrong_in_iran_system(piece)) == weighed_by_character(piece, shown=True)


@settings(max_examples=500)
@given(st.lists(any_bytes(), min_size=1, max_size=4), st.sampled_from(CodePage))
def test_the_page_of_any_bytes_is_the_one_that_outweighs_the_other(pieces: list[bytes], declared: CodePage) -> None:
    """Whatever was not weighed because it could decide nothing."""
    plain, shown = (sum(weighed_by_character(piece, shown=shown) for piece in pieces) for shown in (False, True))
    plain += module._BELIEF if declared is CodePage.CP1256 else 0
    shown += module._BELIEF if declared is CodePage.IRAN_SYSTEM else 0
    ascii_alone = all(piece.isascii() for piece in pieces)
    expected = CodePage.IRAN_SYSTEM if shown > plain and not ascii_alone else CodePage.CP1256
    assert page_of(pieces, declared) is expected


@settings(max_examples=300)
@given(st.lists(st.integers(0x80, 0xFF), max_size=12).map(bytes))
def test_any_letters_are_read_as_their_page_has_them_byte_by_byte(piece: bytes) -> None:
    unknown = "\N{REPLACEMENT CHARACTER}"
    plain = piece.decode("cp1256")
    shown = "".join(IRAN_SYSTEM.get(byte, Glyph(unknown)).text for byte in piece[::-1])
    for page, characters in ((CodePage.CP1256, plain), (CodePage.IRAN_SYSTEM, shown)):
        expected = fold_digits(fold_letters(characters))
        if unknown in expected:
            with pytest.raises(ValueError, match="neither code page"):
                text_in(piece, page)
        else:
            assert text_in(piece, page) == (None if expected in module._EMPTY else expected)


def test_the_name_of_a_workshop_is_read_once_and_its_memory_is_bounded() -> None:
    remembered = module.remembered_names[CodePage.CP1256.value]
    remembered.cache_clear()
    raw = in_cp1256("نساجی").ljust(40)
    assert [name(raw, CodePage.CP1256) for _ in range(3)] == ["نساجی"] * 3
    assert remembered.cache_info().misses == 1
    assert remembered.cache_info().maxsize == module.REMEMBERED_NAMES
