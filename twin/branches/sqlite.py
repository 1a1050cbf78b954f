"""Every branch as a file of SQLite: for machines on which no server can run. Counts and faults do not apply here."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from twin.branches import tables
from twin.branches.clerk import Clerk, clerk_at
from twin.branches.descriptor import descriptor
from twin.branches.premium_lists import Rows
from twin.branches.rows import rows_of_branch, rows_of_directory
from twin.branches.scratch import scratch_folder
from twin.branches.template import copy_tree, keep_template, template_lock, template_name
from twin.world import BRANCHES, World


@asynccontextmanager
async def sqlite_branches(
    world: World, cache: Path, progress: Callable[[str], None]
) -> AsyncIterator[tuple[dict[str, Any], Clerk]]:
    """Yields the descriptor of a copy that is gone afterwards, and who writes into it."""
    with scratch_folder() as folder:
        data = folder / "data"
        await asyncio.to_thread(_prepare, world, cache, data, progress)

        def url(name: str) -> str:
            return f"sqlite+aiosqlite:///{data / name}.sqlite"

        yield descriptor(url, counted=False), clerk_at(url)


def _prepare(world: World, cache: Path, data: Path, progress: Callable[[str], None]) -> None:
    template = cache / template_name(world, "sqlite")
    with template_lock(cache):
        if template.is_dir():
            copy_tree(template, data)
            return
        progress(f"making the branch databases of {len(world.people)} people: once for this seed and size")
        data.mkdir()
        _fill(data / "directory.sqlite", tables.directory(), rows_of_directory(world), progress)
        for code in BRANCHES:
            _fill(data / f"{code}.sqlite", tables.branch(code), rows_of_branch(world, code), progress)
        keep_template(data, template)


def _fill(file: Path, metadata: MetaData, rows: Iterator[Rows], progress: Callable[[str], None]) -> None:
    dialect = sqlite.dialect(paramstyle="qmark")
    count = 0
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=dialect)))
        statements = {t.name: str(insert(t).compile(dialect=dialect)) for t in metadata.sorted_tables}
        for name, piece in rows:
            connection.executemany(statements[name], piece)
            count += len(piece)
        for table in metadata.sorted_tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    progress(f"{file.stem}: {count} rows")
