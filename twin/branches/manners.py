"""How each branch writes: its code page, its codes, its empties (the table of docs/systems/branch_databases.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from twin.branches.code_pages import CodePage, Kaf, cp1256, iran_system, padded

EMPTIES = (None, "", "0", "00000000", "null")

Writer = Callable[[str], bytes]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """`pages` take turns, row by row. `code_page` is what the branch says of itself; rows may disagree."""

    branch: str
    name: str
    code_page: CodePage
    pages: tuple[Writer, ...]
    trims_zeros: bool = False
    short_insurance_numbers: bool = False
    enters_lists_twice: bool = False

    def text(self, text: str, width: int, row: int) -> bytes:
        """`text` as row number `row` of this branch holds it, padded to `width`."""
        return _written(self.pages[row % len(self.pages)], text, width)

    def national_code(self, code: str) -> str:
        return f"{code.lstrip('0') if self.trims_zeros else code:<10}"

    def insurance_number(self, number: str) -> str:
        return f"{number[-8:] if self.short_insurance_numbers else number:<10}"


@lru_cache(maxsize=200_000)
def _written(page: Writer, text: str, width: int) -> bytes:
    return padded(text, width, page)


def empty(width: int, row: int) -> str | None:
    """One of the ways to write nothing in a code column, by turns; those too long for the column are left out."""
    marker = EMPTIES[row % len(EMPTIES)]
    if marker is None:
        return None
    return marker.ljust(width) if len(marker) <= width else " " * width


def _arabic_kaf(text: str) -> bytes:
    return cp1256(text, Kaf.ARABIC)


def _doubled_spaces(text: str) -> bytes:
    return cp1256(text.replace(" ", "  "), Kaf.ARABIC)


def _dotless_endings(text: str) -> bytes:
    return cp1256(" ".join(w[:-1] + "ى" if w.endswith("ی") else w for w in text.split(" ")), Kaf.ARABIC)


MANNERS = {
    manner.branch: manner
    for manner in (
        Manner(branch="0070", name="شعبه ۷۰ تهران", code_page=CodePage.CP1256, pages=(cp1256,)),
        Manner(
            branch="0960",
            name="شعبه ۹۶۰ کرمانشاه",
            code_page=CodePage.CP1256,
            pages=(_arabic_kaf,),
            trims_zeros=True,
            short_insurance_numbers=True,
        ),
        Manner(branch="1210", name="شعبه ۱۲۱۰ شیراز", code_page=CodePage.IRAN_SYSTEM, pages=(iran_system,)),
        Manner(
            branch="1530",
            name="شعبه ۱۵۳۰ تبریز",
            code_page=CodePage.IRAN_SYSTEM,
            pages=(iran_system, cp1256, iran_system, _arabic_kaf, cp1256),
        ),
        Manner(
            branch="2450",
            name="شعبه ۲۴۵۰ مشهد",
            code_page=CodePage.CP1256,
            pages=(_arabic_kaf, _doubled_spaces, _dotless_endings),
            enters_lists_twice=True,
        ),
    )
}
