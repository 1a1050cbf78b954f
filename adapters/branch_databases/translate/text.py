"""Text of the branches: bytes of one of two code pages, and not always of the one that the branch declares.

Both readings are made and weighed, over all texts of a row together, since a row was written by one program:

- each letter weighs the logarithm of how often Persian uses it, so that چمن outweighs ععآ;
- what does not occur in Persian words (box drawing, Latin letters, vowel signs, a control byte) weighs against;
- in Iran System a letter has the shape that joins what follows it, or the one that ends: a wrong shape weighs against;
- the declared page is believed unless the other reading is some twenty times as likely; MIXED believes neither.
"""

import math
import re
from collections.abc import Sequence

from adapters.branch_databases.settings import CodePage
from adapters.branch_databases.wire.code_pages import IRAN_SYSTEM, Glyph
from gateway.domain.text import fold_digits, fold_letters

_EMPTY = {"", "0", "00000000", "null"}

# Rounded shares of the letters in Persian text, in percent.
_SHARES = {
    "ا": 14.0, "ی": 10.0, "ر": 7.5, "ن": 7.0, "د": 7.0, "م": 6.5, "ه": 6.0, "و": 6.0, "ت": 5.0, "ب": 4.0,
    "س": 4.0, "ل": 3.5, "ش": 3.3, "ک": 3.0, "ز": 2.5, "ف": 1.7, "ع": 1.6, "خ": 1.5, "ح": 1.5, "گ": 1.4,
    "ج": 1.3, "پ": 1.2, "آ": 1.2, "ق": 1.2, "ص": 0.9, "ط": 0.6, "چ": 0.5, "غ": 0.5, "ض": 0.4, "ذ": 0.3,
    "ث": 0.2, "ظ": 0.2, "ژ": 0.2, "ئ": 0.2, "ء": 0.1, "ؤ": 0.1, "أ": 0.1, "ة": 0.1, "إ": 0.05,
}  # fmt: skip
_WEIGHTS = {letter: math.log(share / 100) for letter, share in _SHARES.items()}
_HALF_SPACE = "\N{ZERO WIDTH NON-JOINER}"  # stands inside a word, alone
_MARKS = set("،؛؟")  # stand behind a word
_NEUTRAL = set(" .,:/()-_ـ")  # separators say nothing about the page
_DIGIT = math.log(0.02)
_ODD = math.log(1e-6)
_WRONG_SHAPE = math.log(1e-3)
_BELIEF = math.log(20)

_UNREADABLE = re.compile("[\\x00-\\x1f\\x7f\N{REPLACEMENT CHARACTER}]")
_LEFT_TO_RIGHT = re.compile(r"[0-9۰-۹A-Za-z]+(?:[./,:][0-9۰-۹A-Za-z]+)*")
_MIRRORED = str.maketrans("()[]<>", ")(][><")


def text(value: bytes | str | None, page: CodePage) -> str | None:
    """One text alone; None where it is empty."""
    return texts((value,), page)[0]


def texts(values: Sequence[bytes | str | None], page: CodePage) -> tuple[str | None, ...]:
    """The texts of one row, read in one code page: folded letters and digits, single spaces, no padding.

    Raises ValueError for bytes that are text in neither page: half a name is worse than a missing one.
    """
    raw = [value.encode("cp1256", "replace") if isinstance(value, str) else bytes(value or b"") for value in values]
    read = _from_iran_system if _page_of(raw, page) is CodePage.IRAN_SYSTEM else _from_cp1256
    return tuple(_folded(read(piece.strip(b" \0"))) for piece in raw)


def _folded(decoded: str) -> str | None:
    folded = fold_digits(fold_letters(decoded))
    if _UNREADABLE.search(folded):
        raise ValueError("a text that neither code page can read")
    return None if folded in _EMPTY else folded


def _page_of(pieces: Sequence[bytes], declared: CodePage) -> CodePage:
    if all(piece.isascii() for piece in pieces):  # both pages say the same, but only one of them turns numbers round
        return CodePage.CP1256
    cp1256 = sum(_weight_of_cp1256(piece) for piece in pieces)
    iran_system = sum(_weight_of_iran_system(piece) for piece in pieces)
    cp1256 += _BELIEF if declared is CodePage.CP1256 else 0
    iran_system += _BELIEF if declared is CodePage.IRAN_SYSTEM else 0
    return CodePage.IRAN_SYSTEM if iran_system > cp1256 else CodePage.CP1256


def _from_cp1256(piece: bytes) -> str:
    return piece.decode("cp1256", "replace")


def _weight_of_cp1256(piece: bytes) -> float:
    return _weight(fold_letters(_from_cp1256(piece)))


def _from_iran_system(piece: bytes) -> str:
    """Visual order turned round, glyph by glyph (لا is one), numbers and Latin words turned back."""
    logical = "".join(glyph.text.translate(_MIRRORED) for glyph in _logical(piece))
    return _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], logical)


def _logical(piece: bytes) -> list[Glyph]:
    unknown = Glyph("\N{REPLACEMENT CHARACTER}")
    return [IRAN_SYSTEM.get(byte, unknown) for byte in reversed(piece)]


def _weight_of_iran_system(piece: bytes) -> float:
    glyphs = _logical(piece)
    total = _weight("".join(glyph.text for glyph in glyphs))
    for glyph, following in zip(glyphs, [*glyphs[1:], Glyph(" ")], strict=False):
        joined = following.text[0] in _WEIGHTS and following.text != "ء"
        if glyph.opens is not None and glyph.opens is not joined:
            total += _WRONG_SHAPE
    return total


def _weight(decoded: str) -> float:
    total, before = 0.0, " "
    for character in decoded:
        if character in _WEIGHTS:
            total += _WEIGHTS[character] + (_WRONG_SHAPE if before.isdecimal() else 0)
        elif character.isdecimal():
            total += _DIGIT + (_WRONG_SHAPE if before in _WEIGHTS else 0)
        elif character == _HALF_SPACE or character in _MARKS:
            total += _DIGIT + (0 if before in _WEIGHTS else _WRONG_SHAPE)
        elif character not in _NEUTRAL:
            total += _DIGIT if character.isascii() and character.isprintable() else _ODD
        before = character
    return total
