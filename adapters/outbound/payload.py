"""Reads JSON into the shapes of a wire, whole answers and single rows."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import msgspec

from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.text import fold_digits

T = TypeVar("T")

# What msgspec raises for bytes that are no JSON, JSON of another shape, bytes that are no UTF-8, and endless nesting.
UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)


def read_json(source: Source, body: bytes, shape: type[T]) -> T:
    """The body as `shape`, or SourceIncoherent. The reason is left out: it can quote the body."""
    try:
        # msgspec leaves texts that nobody reads unchecked; an answer in another encoding is wrong as a whole.
        return msgspec.json.decode(body.decode("utf-8"), type=shape)
    except UNREADABLE:
        raise SourceIncoherent(source, f"the answer is not the agreed JSON ({shape.__name__})") from None


def person_named(code: object, asked: Mapping[str, NationalId]) -> NationalId | None:
    """Who of those asked for, by their digits, a row is about, its code with or without leading zeros; None for
    somebody else.

    Raises ValueError where the row names nobody: it could be about anyone.
    """
    if type(code) is str and (person := asked.get(code)) is not None:
        return person
    digits = fold_digits(str(code).strip()) if isinstance(code, str | int) and not isinstance(code, bool) else ""
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        raise ValueError("a row without a national code")
    return asked.get(digits.zfill(10))


def rows_by_person(
    source: Source,
    rows: Collection[msgspec.Raw],
    asked: Collection[NationalId],
    shape: type[T],
    code_of: Callable[[msgspec.Raw], object],
) -> dict[NationalId, list[T] | SourceIncoherent]:
    """Rows under the person each is about; rows about others are dropped unread.

    A row that cannot be read costs its own person. A row that names nobody costs all: it could be anyone's.
    """
    by_digits = {person.digits: person for person in asked}
    found: dict[NationalId, list[T] | SourceIncoherent] = {}
    for row in rows:
        try:
            person = person_named(code_of(row), by_digits)
        except (ValueError, *UNREADABLE):
            raise SourceIncoherent(source, "a row that names nobody") from None
        if person is None:
            continue
        mine = found.setdefault(person, [])
        if isinstance(mine, SourceIncoherent):
            continue
        try:
            mine.append(msgspec.json.decode(row, type=shape))
        except UNREADABLE:
            found[person] = SourceIncoherent(source, f"a row that is not the agreed JSON ({shape.__name__})")
    return found
