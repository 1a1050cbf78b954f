"""Text of branches and employers' programs: bytes of one of two code pages, and not always of the one declared.

Both readings are made and weighed, over all texts of a row (or of a file) together, since one program wrote them:

- each letter weighs the logarithm of how often Persian uses it, so that چمن outweighs ععآ;
- what does not occur in Persian words (box drawing, Latin letters, vowel signs, a control byte) weighs against;
- in Iran System a letter has the shape that joins what follows it, or the one that ends: a wrong shape weighs against;
- the declared page is believed unless the other reading is some twenty times as likely; MIXED believes neither.
"""

import codecs
import functools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.code_pages import IRAN_SYSTEM, CodePage, Glyph
from gateway.domain.text import fold_digits, fold_letters

_EMPTY = {"", "0", "00000000", "null"}

# Rounded shares of the letters in Persian text, in percent.
_SHARES = {
    "ا": 14.0, "ی": 10.0, "ر": 7.5, "ن": 7.0, "د": 7.0, "م": 6.5, "ه": 6.0, "و": 6.0, "ت": 5.0, "ب": 4.0,
    "س": 4.0, "ل": 3.5, "ش": 3.3, "ک": 3.0, "ز": 2.5, "ف": 1.7, "ع": 1.6, "خ": 1.5, "ح": 1.5, "گ": 1.4,
    "ج": 1.3, "پ": 1.2, "آ": 1.2, "ق": 1.2, "ص": 0.9, "ط": 0.6, "چ": 0.5, "غ": 0.5, "ض": 0.4, "ذ": 0.3,
    "ث": 0.2, "ظ": 0.2, "ژ": 0.2, "ئ": 0.2, "ء": 0.1, "ؤ": 0.1, "أ": 0.1, "ة": 0.1, "إ": 0.05,
}  # fmt: skip
_UNIT = 1_000  # logarithms are whole thousandths: a sum is then the same in any order, and a tie is a tie


def _logarithm(share: float) -> int:
    return round(math.log(share) * _UNIT)


_WEIGHTS = {letter: _logarithm(share / 100) for letter, share in _SHARES.items()}
_HALF_SPACE = "\N{ZERO WIDTH NON-JOINER}"  # stands inside a word, alone
_MARKS = set("،؛؟")  # stand behind a word
_NEUTRAL = set(" .,:/()-_ـ")  # separators say nothing about the page
_DIGIT = _logarithm(0.02)
_ODD = _logarithm(1e-6)
_WRONG_SHAPE = _logarithm(1e-3)
_BELIEF = -_logarithm(1 / 20)

_UNREADABLE = re.compile("[\\x00-\\x1f\\x7f\N{REPLACEMENT CHARACTER}]")
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z]+(?:[./,:][0-9A-Za-z]+)*")
_MIRRORED = str.maketrans("()[]<>", ")(][><")
_TATWEEL = "\N{ARABIC TATWEEL}"
_LAM_ALEF = "\N{ARABIC LIGATURE LAM WITH ALEF ISOLATED FORM}"  # the two letters of one glyph, until they are read
_PADDING = b" \0"
_UNKNOWN = Glyph("\N{REPLACEMENT CHARACTER}")

REMEMBERED_NAMES = 20_000  # of workshops and jobs in each page, some megabytes


def text(value: bytes | str | None, page: CodePage) -> str | None:
    """One text alone; None where it is empty."""
    return texts((value,), page)[0]


def name(value: bytes | str | None, page: CodePage) -> str | None:
    """The name of a workshop or of a job, alone: some thousands that come again in each row. Never that of a person."""
    return remembered_names[page._value_](value)  # a page itself is dear to look up: enums hash in Python


remembered_names = {
    page.value: functools.lru_cache(maxsize=REMEMBERED_NAMES)(functools.partial(text, page=page)) for page in CodePage
}


def texts(values: Sequence[bytes | str | None], page: CodePage) -> tuple[str | None, ...]:
    """The texts of one row, read in one code page: folded letters and digits, single spaces, no padding.

    Raises ValueError for bytes that are text in neither page: half a name is worse than a missing one.
    """
    pieces = [_piece(value) for value in values]
    page = page_of(pieces, page)
    return tuple([text_in(piece, page) for piece in pieces])


def text_in(piece: bytes, page: CodePage) -> str | None:
    """Bytes whose page is known, CP1256 or IRAN_SYSTEM. Raises ValueError for what is no text there."""
    read = _from_iran_system if page is CodePage.IRAN_SYSTEM else _from_cp1256
    return _known(read(piece.strip(_PADDING)))


def _piece(value: bytes | str | None) -> bytes:
    """Without its padding, which says nothing of the page."""
    raw = value.encode("cp1256", "replace") if isinstance(value, str) else bytes(value or b"")
    return raw.strip(_PADDING)


def _known(folded: str) -> str | None:
    if _UNREADABLE.search(folded):
        raise ValueError("a text that neither code page can read")
    return None if folded in _EMPTY else folded


def page_of(pieces: Sequence[bytes], declared: CodePage) -> CodePage:
    """The page that these were written in, by their letters: CP1256 or IRAN_SYSTEM, whatever is declared.

    Wrong shapes and places only take away from a reading. So what is behind without them need not be looked at for its
    own, and mostly they decide nothing.
    """
    shown = b" ".join(pieces)  # a space weighs nothing, and nothing joins it
    if shown.isascii():  # both say the same, but only one of them turns numbers round
        return CodePage.CP1256
    ahead = _BELIEFS[declared._value_] + sum(map(_AHEAD.__getitem__, shown))
    if ahead > 0:
        ahead += _wrong_in_iran_system(shown) * _WRONG_SHAPE
        if ahead <= 0:
            ahead -= _wrong_in_cp1256(shown) * _WRONG_SHAPE
    else:
        ahead -= _wrong_in_cp1256(shown) * _WRONG_SHAPE
        if ahead > 0:
            ahead += _wrong_in_iran_system(shown) * _WRONG_SHAPE
    return CodePage.IRAN_SYSTEM if ahead > 0 else CodePage.CP1256


# All that is said of a byte stands in tables, so that bytes and codecs do the reading and weighing by themselves.


@dataclass(frozen=True, slots=True)
class _Table:
    """A code page by byte: its text, folded, one character each; its weight; and whether it is a letter (L), a digit
    (D), a mark (M) or something else (-)."""

    texts: str
    weights: list[int]
    kinds: bytes


def _from_cp1256(piece: bytes) -> str:
    logical: str = codecs.charmap_decode(piece, "strict", _CP1256.texts)[0]
    return " ".join(logical.replace(_TATWEEL, "").split())


def _wrong_in_cp1256(piece: bytes) -> int:
    kinds = piece.translate(_CP1256.kinds, _CP1256_TATWEEL)
    return kinds.count(b"LD") + kinds.count(b"DL") + kinds.count(b"M") - kinds.count(b"LM")


def _from_iran_system(piece: bytes) -> str:
    """Visual order turned round, glyph by glyph (لا is one), numbers and Latin words turned back."""
    logical: str = codecs.charmap_decode(piece[::-1], "strict", _IRAN_SYSTEM.texts)[0]
    ordered = _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], logical)
    return " ".join(ordered.replace(_LAM_ALEF, "لا").replace(_TATWEEL, "").split())


def _wrong_in_iran_system(piece: bytes) -> int:
    """The pairs below are looked for as shown, so the byte that follows stands before."""
    kinds = piece.translate(_IRAN_SYSTEM.kinds)
    wrong = kinds.count(b"LD") + kinds.count(b"DL") + kinds.count(b"M") - kinds.count(b"ML")
    shapes = piece.translate(_SHAPES)
    wrong += shapes.count(b"-O") + shapes.startswith(b"O")  # joins, and nothing follows that could be joined
    wrong += shapes.count(b"C") - shapes.count(b"-C") - shapes.startswith(b"C")  # does not join what follows
    return wrong


def _weight_of(character: str) -> int:
    if character in _WEIGHTS:
        return _WEIGHTS[character]
    if character.isdecimal() or character == _HALF_SPACE or character in _MARKS:
        return _DIGIT
    if character in _NEUTRAL:
        return 0
    return _DIGIT if character.isascii() and character.isprintable() else _ODD


def _kind_of(character: str) -> str:
    if character in _WEIGHTS:
        return "L"
    if character.isdecimal():
        return "D"
    return "M" if character == _HALF_SPACE or character in _MARKS else "-"


def _table(decoded: Sequence[str], folded: Sequence[str]) -> _Table:
    """`decoded` is what each byte is weighed as, `folded` what is read of it."""
    return _Table(
        texts="".join(folded),
        weights=[sum(map(_weight_of, characters)) for characters in decoded],
        kinds="".join(_kind_of(characters[:1]) for characters in decoded).encode("ascii"),
    )


def _cp1256() -> _Table:
    characters = [bytes([byte]).decode("cp1256") for byte in range(256)]
    decoded = [" " if character.isspace() else fold_letters(character) for character in characters]
    return _table(decoded, [fold_digits(text) or _TATWEEL for text in decoded])


def _iran_system() -> _Table:
    decoded = [IRAN_SYSTEM.get(byte, _UNKNOWN).text for byte in range(256)]
    folded = [fold_digits(text.translate(_MIRRORED)) for text in decoded]
    return _table(decoded, [_LAM_ALEF if text == "لا" else text for text in folded])


def _shapes() -> bytes:
    """O: the shape that joins what follows; C: the one that does not; J: a letter of one shape; -: no letter."""

    def shape(glyph: Glyph) -> str:
        if glyph.opens is None:
            return "J" if glyph.text[0] in _WEIGHTS and glyph.text != "ء" else "-"
        return "O" if glyph.opens else "C"

    return "".join(shape(IRAN_SYSTEM.get(byte, _UNKNOWN)) for byte in range(256)).encode("ascii")


_CP1256, _IRAN_SYSTEM, _SHAPES = _cp1256(), _iran_system(), _shapes()
_CP1256_TATWEEL = _TATWEEL.encode("cp1256")
_AHEAD = [shown - plain for shown, plain in zip(_IRAN_SYSTEM.weights, _CP1256.weights, strict=True)]  # of CP1256
_BELIEFS = {CodePage.CP1256.value: -_BELIEF, CodePage.IRAN_SYSTEM.value: _BELIEF, CodePage.MIXED.value: 0}
