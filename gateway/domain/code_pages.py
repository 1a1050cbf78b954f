"""The code pages of legacy files: which there are, and of Iran System, the eight-bit page of the DOS years, which
letter, in which shape, each byte is (domain.md 2.2).
"""

import enum
from typing import NamedTuple


class CodePage(enum.Enum):
    """What a branch, or whoever wrote a file, declares its text to be. MIXED declares nothing: then it is read as what
    is more plausible."""

    CP1256 = "cp1256"
    IRAN_SYSTEM = "iran_system"
    MIXED = "mixed"


class Glyph(NamedTuple):
    """`opens`: the shape that joins a letter after it (initial, medial); None where a letter has but one shape."""

    text: str
    opens: bool | None = None


_ONE_SHAPE = "8A، 8Bـ 8C؟ 8Dآ 8Fء 90ا 91ا A2د A3ذ A4ر A5ز A6ژ AFط E0ظ F2لا F8و"
_TWO_SHAPES = (
    "92/93ب 94/95پ 96/97ت 98/99ث 9A/9Bج 9C/9Dچ 9E/9Fح A0/A1خ A7/A8س A9/AAش AB/ACص AD/AEض "
    "E9/EAف EB/ECق ED/EEک EF/F0گ F1/F3ل F4/F5م F6/F7ن"
)
_MANY_SHAPES = {  # isolated and final, then medial and initial
    "ع": ((0xE1, 0xE2), (0xE3, 0xE4)),
    "غ": ((0xE5, 0xE6), (0xE7, 0xE8)),
    "ه": ((0xF9,), (0xFA, 0xFB)),
    "ی": ((0xFC, 0xFD), (0xFE,)),
}


def _glyphs() -> dict[int, Glyph]:
    table = {byte: Glyph(chr(byte)) for byte in range(0x20, 0x7F)}
    table |= {0x80 + digit: Glyph("۰۱۲۳۴۵۶۷۸۹"[digit]) for digit in range(10)}
    table[0x8E] = Glyph("ئ", opens=True)
    table[0xFF] = Glyph(" ")
    table |= {int(entry[:2], 16): Glyph(entry[2:]) for entry in _ONE_SHAPE.split()}
    for entry in _TWO_SHAPES.split():
        table[int(entry[:2], 16)] = Glyph(entry[5:], opens=False)
        table[int(entry[3:5], 16)] = Glyph(entry[5:], opens=True)
    for letter, (closed, open_) in _MANY_SHAPES.items():
        table |= {byte: Glyph(letter, opens=False) for byte in closed}
        table |= {byte: Glyph(letter, opens=True) for byte in open_}
    return table


IRAN_SYSTEM = _glyphs()  # without B0 to DF, which draw boxes, and the control bytes
