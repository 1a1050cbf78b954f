"""Reads a dBASE III table from its bytes: which columns it has, and its records as raw bytes. Knows no premium list.

Employers' programs write these files, so nothing in them is believed before it is checked: lengths against each other,
the count of records against what is there. No library does it (docs/decisions/0023-premium-lists.md).
"""

import struct
from dataclasses import dataclass

DBASE_III = 0x03
_HEAD = struct.Struct("<B3xIHH17xB2x")  # version, count of records, length of the header, of a record, language driver
_COLUMN = struct.Struct("<11sc4xBB14x")  # name, type, width, decimals
_END_OF_COLUMNS, _END_OF_FILE = 0x0D, b"\x1a"
_KEPT, _DELETED = 0x20, 0x2A
MOST_COLUMNS = 255
LEAST_BYTES = _HEAD.size + _COLUMN.size + 1


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is C, N, D … as the file says; `start` counts bytes within a record, whose first is its mark."""

    name: str
    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Record:
    """`number` counts from 1, deleted records too."""

    number: int
    content: bytes

    def raw(self, column: Column) -> bytes:
        return self.content[column.start : column.start + column.width]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` by their names in capitals. `records` without those that are marked as deleted. `language` is the
    language driver id (byte 29), which says little."""

    columns: dict[str, Column]
    records: tuple[Record, ...]
    language: int


class NotATable(Exception):
    """`rule` is what does not hold; `found` and `needed` hold lengths and counts only."""

    def __init__(self, rule: str, found: str, needed: str, row: int | None = None) -> None:
        super().__init__(f"{rule}: {found}, not {needed}")
        self.rule, self.found, self.needed, self.row = rule, found, needed, row


def is_table(content: bytes) -> bool:
    """Whether the header is that of a dBASE III table, whatever is wrong with its records."""
    try:
        _, columns, _, _ = _header(content)
    except NotATable:
        return False
    return bool(columns)


def table_from(content: bytes, *, most_records: int) -> Table:
    """Raises NotATable."""
    count, columns, start, length = _header(content)
    if count > most_records:
        raise NotATable("table.records-within-limit", f"{count} records", f"at most {most_records} records")
    there = (len(content) - start) // length
    if there < count:
        raise NotATable("table.whole", f"{there} whole records", f"{count} records, as its header says")
    if content[start + count * length :].strip(_END_OF_FILE + b"\0"):
        raise NotATable("table.whole", "bytes after the last record", f"{count} records, as its header says")
    records = []
    for number in range(1, count + 1):
        content_of_one = content[start + (number - 1) * length : start + number * length]
        if content_of_one[0] not in (_KEPT, _DELETED):
            raise NotATable("table.records-begin", "another byte", "a space, or * for a deleted record", number)
        if content_of_one[0] == _KEPT:
            records.append(Record(number, content_of_one))
    return Table(columns, tuple(records), content[29])


def _header(content: bytes) -> tuple[int, dict[str, Column], int, int]:
    """The count of records, the columns, where records begin, and how long each is."""
    if len(content) < LEAST_BYTES:
        raise NotATable("table.header", f"{len(content)} bytes", "the header of a dBASE III table")
    version, count, start, length, _ = _HEAD.unpack_from(content)
    if version != DBASE_III:
        raise NotATable("table.header", f"a first byte of {version:#04x}", "0x03, dBASE III")
    if not LEAST_BYTES <= start <= len(content):
        raise NotATable("table.header", f"a header of {start} bytes in {len(content)}", "a header within the file")
    columns = _columns(content[:start])
    widths = 1 + sum(column.width for column in columns.values())
    if length != widths:
        raise NotATable("table.record-length", f"{length} bytes", f"{widths} bytes, by its columns")
    return count, columns, start, length


def _columns(header: bytes) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    place, start = _HEAD.size, 1
    while place < len(header) and header[place] != _END_OF_COLUMNS:
        if place + _COLUMN.size >= len(header) or len(columns) == MOST_COLUMNS:
            raise NotATable("table.header", "no end of its columns", f"at most {MOST_COLUMNS} columns and their end")
        raw_name, kind, width, _ = _COLUMN.unpack_from(header, place)
        name = raw_name.partition(b"\0")[0].decode("ascii", "replace").strip().upper()
        if not name or not width:
            raise NotATable("table.columns", "a column without a name or a width", "a name and a width of each column")
        if name in columns:
            raise NotATable("table.columns", "a column twice", "each column once")
        columns[name] = Column(name, kind.decode("latin-1"), start, width)
        place, start = place + _COLUMN.size, start + width
    if not columns or place >= len(header):
        raise NotATable("table.header", "no end of its columns", f"at most {MOST_COLUMNS} columns and their end")
    return columns
