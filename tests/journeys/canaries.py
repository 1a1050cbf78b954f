"""Looks for what is known of persons in bytes that must not hold it, in the forms in which it could hide."""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_NUMBERS = re.compile(rb"(?<![0-9A-Fa-f.])[0-9]{8,10}(?![0-9A-Fa-f])")
_WORDS = re.compile(r"[A-Z][A-Z_]+|[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[0-9-]+T[0-9:.+Z-]+")


def forms(value: str) -> Iterator[bytes]:
    """The value in clear and as encodings that show it to whoever looks."""
    raw = value.encode()
    yield raw
    yield value.encode("utf-16-le")
    yield raw.hex().encode()
    if not value.isascii():
        yield json.dumps(value)[1:-1].encode()
        yield urllib.parse.quote(value).encode()
    if value.isdigit():
        yield value.translate(PERSIAN_DIGITS).encode()
    for offset in range(3):  # base64 of a longer text that holds the value, wherever it begins
        packed = base64.b64encode(b"\0" * offset + raw)
        inner = packed[4 if offset else 0 : len(packed) // 4 * 4 - 4]
        if len(inner) >= 8:
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def found(values: Iterable[str], codes: frozenset[str], sinks: Mapping[str, bytes]) -> list[str]:
    """Which sink holds what: `codes` are national codes of the country, `values` any other canaries."""
    numbers = {code.encode() for code in codes} | {code.lstrip("0").encode() for code in codes if code[0] == "0"}
    wrongs = []
    for name, content in sinks.items():
        numbers_in_it = sorted(set(_NUMBERS.findall(content)) & numbers)
        wrongs += [f"{name} holds the national code {number.decode()}" for number in numbers_in_it]
        for value in values:
            wrongs += [f"{name} holds {value!r} as {form[:40]!r}" for form in forms(value) if form in content]
    return wrongs


def personal_values(answer: Any) -> Iterator[str]:
    """What answers say that is long enough to be recognised: no enumeration, no date, no short number."""
    match answer:
        case dict():
            for key, each in answer.items():
                if key not in ("provenance", "accessLog", "cursor", "endCursor"):
                    yield from personal_values(each)
        case list():
            for each in answer:
                yield from personal_values(each)
        case str() if not _WORDS.fullmatch(answer) and (len(answer) >= 8 or not answer.isascii()) and len(answer) >= 4:
            yield answer
