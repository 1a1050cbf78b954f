"""A file of SQLite by URL: who makes it, for whom, and what a commit to it is worth."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.stores.engines import engine_of, file_of

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("text", sa.String))
SYNCHRONOUS_FULL = 2


def engine(path: Path, *, writes: bool) -> AsyncEngine:
    url = sa.URL.create("sqlite", database=str(path)).render_as_string()
    assert file_of(url) == path
    return engine_of(url, keeps="notes", seconds=5, writes=writes, pool=(1, 0))


async def written(path: Path) -> None:
    writing = engine(path, writes=True)
    async with writing.begin() as connection:
        await connection.run_sync(NOTES.metadata.create_all)
        await connection.execute(NOTES.insert().values(text="kept"))
    await writing.dispose()


@pytest.mark.parametrize("name", ["notes.db", "with a space.db", "100%25.db", "a?mode=memory#b.db", "یادداشت.db"])
async def test_a_file_is_found_by_any_name_and_is_its_owners_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / "folder" / name
    await written(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    reading = engine(path, writes=False)
    async with reading.connect() as connection:
        assert (await connection.execute(NOTES.select())).scalars().all() == ["kept"]
    await reading.dispose()


async def test_a_commit_is_flushed_to_the_disk(tmp_path: Path) -> None:
    writing = engine(tmp_path / "notes.db", writes=True)
    async with writing.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar_one() == "wal"
        assert (await connection.exec_driver_sql("PRAGMA synchronous")).scalar_one() == SYNCHRONOUS_FULL
    await writing.dispose()


async def test_who_reads_makes_no_file_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    reading = engine(path, writes=False)
    assert not path.exists()
    await written(path)
    async with reading.connect() as connection:
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            await connection.execute(NOTES.insert().values(text="never"))
    await reading.dispose()
