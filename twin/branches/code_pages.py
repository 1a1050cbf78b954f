"""Writes Persian text in the two code pages of the branches: CP1256 and Iran System (domain.md 2.2).

Only writes: nothing here reads bytes back. A character that a page does not have becomes the nearest it has, as the
programs of the time did; one with no neighbour at all becomes `?`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple


class CodePage(enum.Enum):
    CP1256 = "cp1256"
    IRAN_SYSTEM = "iran_system"


class Kaf(enum.Enum):
    """The two slots of CP1256 that show ک; a branch writes one of them throughout."""

    PERSIAN = 0x98  # ک U+06A9
    ARABIC = 0xDF  # ك U+0643


def cp1256(text: str, kaf: Kaf = Kaf.PERSIAN) -> bytes:
    """Logical order, one byte a letter. ی has no slot and is written as ي; digits become ASCII."""
    table = _CP1256 | {ord("ک"): kaf.value, ord("ك"): kaf.value}
    return bytes(_cp1256_slot(table, character) for character in text)


def iran_system(text: str) -> bytes:
    """Visual order, one byte a shape. Runs of digits and Latin letters keep their own order; ZWNJ parts shapes only."""
    runs = _runs(text.translate(_FOLDED_FOR_IRAN_SYSTEM))
    return b"".join(_shape(run) for run in reversed(runs))


def padded(text: str, width: int, page: Callable[[str], bytes]) -> bytes:
    """`text` on its page, filled with 0x20 up to `width`; what does not fit is left off at the logical end."""
    encoded = page(text)
    while len(encoded) > width:
        text = text[:-1]
        encoded = page(text)
    return encoded.ljust(width)


# CP1256 -----------------------------------------------------------------------------------------------------------

_CP1256: dict[int, int] = (
    {code: code for code in range(0x80)}
    | {ord(letter): 0xC0 + offset for offset, letter in enumerate("ہءآأؤإئابةتثجحخدذرزسشصض×طظعغـفقك")}
    | {ord("پ"): 0x81, ord("چ"): 0x8D, ord("ژ"): 0x8E, ord("گ"): 0x90, ord("ک"): 0x98}
    | {ord("\N{ZERO WIDTH NON-JOINER}"): 0x9D, ord("\N{ZERO WIDTH JOINER}"): 0x9E}
    | {ord("\N{NO-BREAK SPACE}"): 0xA0, ord("،"): 0xA1, ord("«"): 0xAB, ord("»"): 0xBB, ord("؛"): 0xBA, ord("؟"): 0xBF}
    | {ord("ل"): 0xE1, ord("م"): 0xE3, ord("ن"): 0xE4, ord("ه"): 0xE5, ord("و"): 0xE6, ord("ى"): 0xEC, ord("ي"): 0xED}
    | {ord("ی"): 0xED, ord("ۀ"): 0xE5}
    | {ord(digit): 0x30 + value % 10 for value, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
)


def _cp1256_slot(table: dict[int, int], character: str) -> int:
    return table.get(ord(character), ord("?"))


# Iran System ------------------------------------------------------------------------------------------------------

# letter: (isolated, final, initial, medial), after the table of domain.md 2.2
_DUAL: dict[str, tuple[int, int, int, int]] = {
    letter: (end, end, end + 1, end + 1)
    for letter, end in {
        "ب": 0x92, "پ": 0x94, "ت": 0x96, "ث": 0x98, "ج": 0x9A, "چ": 0x9C, "ح": 0x9E, "خ": 0xA0,
        "س": 0xA7, "ش": 0xA9, "ص": 0xAB, "ض": 0xAD, "ف": 0xE9, "ق": 0xEB, "ک": 0xED, "گ": 0xEF,
        "م": 0xF4, "ن": 0xF6,
    }.items()
}  # fmt: skip
_DUAL |= {
    "ط": (0xAF, 0xAF, 0xAF, 0xAF),
    "ظ": (0xE0, 0xE0, 0xE0, 0xE0),
    "ع": (0xE1, 0xE2, 0xE4, 0xE3),
    "غ": (0xE5, 0xE6, 0xE8, 0xE7),
    "ل": (0xF1, 0xF1, 0xF3, 0xF3),
    "ه": (0xF9, 0xF9, 0xFB, 0xFA),
    "ی": (0xFD, 0xFC, 0xFE, 0xFE),
    "ئ": (0xFD, 0xFC, 0x8E, 0x8E),  # the page has only ئ‑; at a word's end it was written as ی
    "ـ": (0x8B, 0x8B, 0x8B, 0x8B),
}
_RIGHT: dict[str, tuple[int, int]] = {  # joins only to the letter before it: (isolated, final)
    "ا": (0x90, 0x91),
    "آ": (0x8D, 0x8D),
    "د": (0xA2, 0xA2),
    "ذ": (0xA3, 0xA3),
    "ر": (0xA4, 0xA4),
    "ز": (0xA5, 0xA5),
    "ژ": (0xA6, 0xA6),
    "و": (0xF8, 0xF8),
    "لا": (0xF2, 0xF2),
}
_ALONE: dict[str, int] = {"ء": 0x8F, "،": 0x8A, "؟": 0x8C, "\N{NO-BREAK SPACE}": 0xFF, "؛": ord(";")}
_ALONE |= {"۰۱۲۳۴۵۶۷۸۹"[value]: 0x80 + value for value in range(10)}
_MIRRORED = {"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "<": ">", ">": "<"}

_FOLDED_FOR_IRAN_SYSTEM = str.maketrans(
    "يىكأإؤةۀ٠١٢٣٤٥٦٧٨٩«»",
    "ییکااوهه۰۱۲۳۴۵۶۷۸۹<>",
)
_LEFT_TO_RIGHT = re.compile(r"[0-9۰-۹]+(?:[./:,-][0-9۰-۹]+)*|[A-Za-z][A-Za-z0-9]*(?: +[A-Za-z][A-Za-z0-9]*)*")


class _Run(NamedTuple):
    """What is reversed as one: a run that reads left to right, a letter, or لا; and whether it joins its neighbours."""

    text: str
    joins_before: bool
    joins_after: bool


def _runs(text: str) -> list[_Run]:
    """The text cut into runs, in logical order."""
    cut: list[str] = []
    position = 0
    while position < len(text):
        run = _LEFT_TO_RIGHT.match(text, position)
        length = len(run[0]) if run else 2 if text.startswith("لا", position) else 1
        cut.append(text[position : position + length])
        position += length
    joins = [a in _DUAL and (b in _DUAL or b in _RIGHT) for a, b in pairwise(cut)]
    return [_Run(*run) for run in zip(cut, [False, *joins], [*joins, False], strict=False)]


def _shape(run: _Run) -> bytes:
    if run.text in _DUAL:
        isolated, final, initial, medial = _DUAL[run.text]
        joined, free = (medial, initial) if run.joins_after else (final, isolated)
        return bytes([joined if run.joins_before else free])
    if run.text in _RIGHT:
        return bytes([_RIGHT[run.text][run.joins_before]])
    if run.text == "\N{ZERO WIDTH NON-JOINER}":
        return b""
    return bytes(_slot(character) for character in _MIRRORED.get(run.text, run.text))


def _slot(character: str) -> int:
    if ord(character) < 0x80:
        return ord(character)
    return _ALONE.get(character, ord("?"))
