"""The PostgreSQL frontend/backend protocol, version 3, as far as the proxy must understand it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102

OTHER = "other"  # a statement that reads none of the legacy tables


class Message(NamedTuple):
    """`raw` is the whole message with its type (none at start-up) and length; `body` what follows them."""

    kind: bytes
    raw: bytes

    @property
    def body(self) -> bytes:
        return self.raw[5:]


class Splitter:
    """Cuts a stream of bytes into whole messages, however they fall over the reads."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> None:
        self._waiting += data

    def first(self) -> tuple[int, bytes] | None:
        """The next packet of start-up, which has no type: its code and all its bytes. None while it is incomplete."""
        if len(self._waiting) < 8:
            return None
        length, code = struct.unpack_from("!II", self._waiting)
        if len(self._waiting) < length:
            return None
        return code, self._take(length)

    def message(self) -> Message | None:
        """The next whole message; None while it is incomplete."""
        if len(self._waiting) < 5:
            return None
        length = 1 + int.from_bytes(self._waiting[1:5])
        if len(self._waiting) < length:
            return None
        raw = self._take(length)
        return Message(raw[:1], raw)

    def whole(self) -> tuple[bytes, list[tuple[bytes, int]]]:
        """All whole messages as one piece, with the kind and the offset of each: for forwarding without cutting."""
        waiting, position, found = self._waiting, 0, []
        while len(waiting) - position >= 5:
            end = position + 1 + int.from_bytes(waiting[position + 1 : position + 5])
            if end > len(waiting):
                break
            found.append((bytes(waiting[position : position + 1]), position))
            position = end
        return self._take(position), found

    def _take(self, length: int) -> bytes:
        taken = bytes(self._waiting[:length])
        del self._waiting[:length]
        return taken


def strings(body: bytes, count: int) -> list[str]:
    """The first `count` zero-ended strings of a body."""
    return [part.decode(errors="replace") for part in body.split(b"\0", count)[:count]]


def error(sqlstate: str, sentence: str, severity: str = "ERROR") -> bytes:
    """An ErrorResponse."""
    fields = f"S{severity}\0V{severity}\0C{sqlstate}\0M{sentence}\0\0".encode()
    return b"E" + struct.pack("!I", 4 + len(fields)) + fields


def ready(status: bytes) -> bytes:
    """ReadyForQuery; `status` is I, T, or E in a failed transaction."""
    return b"Z\0\0\0\5" + status


class TableNames:
    """Finds the main table of a statement: the first of ours after FROM or JOIN, and dskwor00 wherever it is joined."""

    def __init__(self, names: Iterable[str]) -> None:
        alternatives = "|".join(sorted(names, key=len, reverse=True))
        self._pattern = re.compile(
            rf'\b(?:from|join)\s+(?:only\s+)?\(*(?:"?\w+"?\.)?"?({alternatives})\b', re.IGNORECASE
        )
        self.of = lru_cache(maxsize=4096)(self._of)

    def _of(self, statement: str) -> str:
        found = [name.lower() for name in self._pattern.findall(statement)]
        if {"dskwor00", "spcwor00"} <= set(found):  # the union of a person's records, whichever half stands first
            return "dskwor00"
        return found[0] if found else OTHER
