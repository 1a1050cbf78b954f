"""Writes dBASE III tables, as employers' programs do: only writes, nothing here reads one."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CP1256_DRIVER, NO_DRIVER = 0x7E, 0x00  # of the official templates: DSKKAR00 and DSKWOR00


class Column(NamedTuple):
    name: str
    kind: str  # C or N
    width: int


def table(columns: Sequence[Column], rows: Sequence[Mapping[str, bytes]], driver: int = NO_DRIVER) -> bytes:
    """`rows` hold the bytes of each field; what is shorter than its column is padded, numbers on the left."""
    length = 1 + sum(column.width for column in columns)
    start = 32 + 32 * len(columns) + 1
    head = struct.pack("<BBBBIHH17xB2x", 0x03, 121, 1, 1, len(rows), start, length, driver)
    described = b"".join(struct.pack("<11scIBB14x", c.name.encode(), c.kind.encode(), 0, c.width, 0) for c in columns)
    return head + described + b"\r" + b"".join(record(columns, row) for row in rows) + b"\x1a"


def record(columns: Sequence[Column], row: Mapping[str, bytes], mark: bytes = b" ") -> bytes:
    return mark + b"".join(_field(column, row.get(column.name, b"")) for column in columns)


def _field(column: Column, content: bytes) -> bytes:
    if len(content) > column.width:
        raise ValueError(f"{column.name} has {column.width} bytes")
    return content.rjust(column.width) if column.kind == "N" else content.ljust(column.width)
