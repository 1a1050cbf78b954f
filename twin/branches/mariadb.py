"""Every branch as a database of a MariaDB server that somebody else runs. Counts and faults do not apply here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import URL, MetaData, insert, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from twin.branches import tables
from twin.branches.clerk import Clerk, clerk_at
from twin.branches.descriptor import descriptor
from twin.branches.premium_lists import Rows
from twin.branches.rows import rows_of_branch, rows_of_directory
from twin.world import BRANCHES, World


@asynccontextmanager
async def filled_mariadb(
    world: World, server: str, progress: Callable[[str], None]
) -> AsyncIterator[tuple[dict[str, Any], Clerk]]:
    """Makes the databases tamin_<seed>_<branch> and tamin_<seed>_directory anew, and drops them at the end."""
    url = make_url(server)
    names = {name: f"tamin_{world.seed}_{name}" for name in ("directory", *BRANCHES)}
    try:
        for name, database in names.items():
            await _run(url, f"DROP DATABASE IF EXISTS `{database}`", f"CREATE DATABASE `{database}`")
            if name == "directory":
                count = await _fill(url.set(database=database), tables.directory(), rows_of_directory(world))
            else:
                count = await _fill(url.set(database=database), tables.branch(name), rows_of_branch(world, name))
            progress(f"{database}: {count} rows")

        def url_of(name: str) -> str:
            return url.set(database=names[name]).render_as_string(hide_password=False)

        yield descriptor(url_of, counted=False), clerk_at(url_of)
    finally:
        for database in names.values():
            await _run(url, f"DROP DATABASE IF EXISTS `{database}`")


async def _run(url: URL, *statements: str) -> None:
    async with _connected(url) as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def _fill(url: URL, metadata: MetaData, rows: Iterator[Rows]) -> int:
    count = 0
    async with _connected(url) as connection:
        await connection.run_sync(metadata.create_all)
        for name, piece in rows:
            if piece:
                table = metadata.tables[name]
                columns = [column.name for column in table.columns]
                await connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in piece])
                count += len(piece)
    return count


@asynccontextmanager
async def _connected(url: URL) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()
