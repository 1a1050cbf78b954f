"""Rows that are not true: what the proxy makes of a DataRow while a branch lies.

garbled         text turns into control characters, which no code page has
another_person  the national codes in the rows are somebody else's
month_13        months and dates in month 13
amount          amounts of 10^15 rial
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from twin.national_codes import is_valid

SOMEBODY_ELSE = "0499370899"  # valid, and nobody in any world (domain.md 2.1)
TOO_MUCH = 10**15

BYTEA, NUMERIC = 17, 1700
CHARACTERS = {25, 1042, 1043}  # text, char(n), varchar
INTEGERS = {20: "!q", 21: "!h", 23: "!i"}
AMOUNTS = ("amount", "balance", "debit_remain", "dsw_mash", "dsw_bime", "dsw_totl", "dsk_tmash")


class Field(NamedTuple):
    """A column as RowDescription names it."""

    name: str
    type_oid: int


def row_description(body: bytes) -> list[Field]:
    fields, position = [], 2
    for _ in range(int.from_bytes(body[:2])):
        end = body.index(b"\0", position)
        fields.append(Field(body[position:end].decode(errors="replace"), int.from_bytes(body[end + 7 : end + 11])))
        position = end + 19
    return fields


def lie(how: str, raw: bytes, fields: list[Field]) -> bytes:
    """A whole DataRow message with its values told falsely."""
    tell, position = _LIES[how], 7
    values: list[bytes] = []
    for index in range(int.from_bytes(raw[5:7])):
        length = int.from_bytes(raw[position : position + 4], signed=True)
        position += 4
        if length < 0:
            values.append(struct.pack("!i", -1))
            continue
        value = raw[position : position + length]
        position += length
        if index < len(fields):
            value = tell(fields[index], value)
        values.append(struct.pack("!i", len(value)) + value)
    body = raw[5:7] + b"".join(values)
    return b"D" + struct.pack("!I", 4 + len(body)) + body


def _garbled(field: Field, value: bytes) -> bytes:
    if field.type_oid != BYTEA:
        return value
    if value.startswith(b"\\x"):  # the text format of bytea
        return b"\\x" + _garbled(field, bytes.fromhex(value[2:].decode())).hex().encode()
    return bytes(1 + byte % 8 if byte >= 0x80 else byte for byte in value)


def _another_person(field: Field, value: bytes) -> bytes:
    """By type and check digit rather than by name: a statement may call the column what it likes."""
    code = value.decode("ascii", errors="replace").strip() if field.type_oid in CHARACTERS else ""
    return SOMEBODY_ELSE.encode().ljust(len(value)) if len(code) >= 8 and is_valid(code.zfill(10)) else value


def _month_13(field: Field, value: bytes) -> bytes:
    if field.name.endswith("_mm"):
        return _number(field, value, 13)
    if field.name.endswith(("date", "date_from", "date_to")) and value[:6].isdigit():
        return value[:4] + b"13" + value[6:]
    return value


def _amount(field: Field, value: bytes) -> bytes:
    return _number(field, value, TOO_MUCH) if field.name.endswith(AMOUNTS) else value


def _number(field: Field, value: bytes, number: int) -> bytes:
    """`number` in the type and the format (text or binary) in which `value` stands."""
    if value.lstrip(b"-").isdigit():
        return str(number).encode()
    if field.type_oid == NUMERIC:
        weight = (len(str(number)) - 1) // 4
        return struct.pack("!hhHhH", 1, weight, 0, 0, number // 10_000**weight)
    packing = INTEGERS.get(field.type_oid)
    if packing is None or number >= 1 << (8 * struct.calcsize(packing) - 1):
        return value
    return struct.pack(packing, number)


_LIES: dict[str, Callable[[Field, bytes], bytes]] = {
    "garbled": _garbled,
    "another_person": _another_person,
    "month_13": _month_13,
    "amount": _amount,
}
