"""What the legacy systems write, read as short as a peer's author would: texts, dates, codes."""

import json
import re
from functools import lru_cache
from pathlib import Path

IRAN_SYSTEM = {
    int(byte): text for byte, text in json.loads((Path(__file__).parents[1] / "iran_system.json").read_text()).items()
}
IRAN_SYSTEM |= {byte: chr(byte) for byte in range(0x20, 0x7F)}
LETTERS = str.maketrans("يىك٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ییک01234567890123456789", "\N{ARABIC TATWEEL}")
LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z]+(?:[./,:][0-9A-Za-z]+)*")
EMPTY = {"", "0", "00000000", "null"}
ONLY_IN_CP1256 = frozenset(range(0xB0, 0xDF))  # boxes in Iran System; most Persian texts of CP1256 have one


def folded(text: str) -> str:
    return " ".join(text.translate(LETTERS).split())


@lru_cache(maxsize=50_000)
def texts(pieces: tuple[bytes | None, ...], declared: str) -> tuple[str | None, ...]:
    """The texts of one row, which share their code page."""
    cp1256 = declared == "cp1256" or any(byte in ONLY_IN_CP1256 for piece in pieces if piece for byte in piece)
    return tuple(_text(piece, cp1256) for piece in pieces)


def _text(piece: bytes | None, cp1256: bool) -> str | None:
    raw = (piece or b"").strip(b" \0")
    if cp1256 or raw.isascii():
        text = folded(raw.decode("cp1256", "replace"))
    else:
        shown = "".join(IRAN_SYSTEM.get(byte, "\N{REPLACEMENT CHARACTER}") for byte in reversed(raw))
        text = folded(LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], shown))
    return None if text in EMPTY else text


def code(value: str | None) -> str | None:
    text = (value or "").strip()
    return None if text == "null" or not text.strip("0") else text


def jalali(value: str | int | None) -> str | None:
    """A packed date as 1399-09-22, 1399-09 or 1399."""
    text = code(None if value is None else str(value))
    if text is None:
        return None
    if len(text) == 6:
        text = ("14" if text[:2] <= "49" else "13") + text
    year, month, day = text[:4], text[4:6], text[6:]
    if month == "00":
        return year
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"
