"""Pours the rows of a world into a running PostgreSQL, a COPY a piece, all branches at once."""

from __future__ import annotations

import asyncio
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import asyncpg
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from twin.branches import tables
from twin.branches.premium_lists import Row, Rows
from twin.branches.rows import rows_of_branch, rows_of_directory
from twin.world import BRANCHES, World

PIECE = 1 << 20  # bytes of COPY text before they are sent


async def fill_postgres(
    world: World, host: str, port: int, reader: str, password: str, progress: Callable[[str], None]
) -> None:
    """Makes the databases `directory` and `branch_<code>`, which `reader` may read. `host` is the socket's folder."""

    async def fill(database: str, metadata: MetaData, rows: Iterator[Rows]) -> None:
        connection = await asyncpg.connect(host=host, port=port, user="postgres", database=database)
        try:
            count = await _fill(connection, metadata, rows)
            await connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")
            await connection.execute("ANALYZE")
        finally:
            await connection.close()
        progress(f"{database}: {count} rows")

    connection = await asyncpg.connect(host=host, port=port, user="postgres", database="postgres")
    try:
        await connection.execute(f"CREATE ROLE {reader} LOGIN PASSWORD '{password}'")
        for database in ("directory", *(f"branch_{code}" for code in BRANCHES)):
            await connection.execute(f"CREATE DATABASE {database} TEMPLATE template0 STRATEGY file_copy")
    finally:
        await connection.close()
    async with asyncio.TaskGroup() as group:
        group.create_task(fill("directory", tables.directory(), rows_of_directory(world)))
        for code in BRANCHES:
            group.create_task(fill(f"branch_{code}", tables.branch(code), rows_of_branch(world, code)))
    await _drop_spare_databases(host, port)


async def _drop_spare_databases(host: str, port: int) -> None:
    """A third of the template's files, which every run would copy."""
    connection = await asyncpg.connect(host=host, port=port, user="postgres", database="directory")
    try:
        await connection.execute("ALTER DATABASE template1 IS_TEMPLATE false")
        for database in ("template1", "postgres"):
            await connection.execute(f"DROP DATABASE {database}")
    finally:
        await connection.close()


async def _fill(connection: Any, metadata: MetaData, rows: Iterator[Rows]) -> int:
    """In one transaction, so that PostgreSQL neither logs the rows nor comes back to freeze them."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    waiting: defaultdict[str, bytearray] = defaultdict(bytearray)
    count = 0

    async def send(table: str) -> None:
        source = io.BytesIO(waiting.pop(table))
        await connection.copy_to_table(table, source=source, format="text", freeze=True)

    async with connection.transaction():
        for table in metadata.sorted_tables:
            await connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        for name, piece in rows:
            waiting[name] += b"".join([_line(row) for row in piece])
            count += len(piece)
            if len(waiting[name]) > PIECE:
                await send(name)
        for name in list(waiting):
            await send(name)
        for table in metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                await connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    return count


def _line(row: Row) -> bytes:
    """COPY's text format: tabs between, \\N for NULL, \\\\x before the hex of bytes."""
    return "\t".join([_field(value) for value in row]).encode() + b"\n"


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    if type(value) is bytes:
        return "\\\\x" + value.hex()
    return str(value)
