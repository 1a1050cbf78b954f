"""Whether the record could be written, without writing it."""

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.operation.audit.probing import probe_store
from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.operation.audit.tables import WRITERS


async def test_a_record_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    await probe_store(f"sqlite:///{tmp_path}/further/down/record.db", seconds=5)
    assert not (tmp_path / "further").exists()


async def test_a_record_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        await probe_store(f"sqlite:///{tmp_path}/file/record.db", seconds=5)


async def test_a_rehearsed_commit_leaves_no_trace(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/record.db"
    store = Store(url)
    await store.open()
    await probe_store(url, seconds=5)
    async with store.reading() as connection:
        assert (await connection.execute(sa.select(WRITERS))).all() == []
    await store.close()


async def test_an_empty_file_is_given_no_tables(tmp_path: Path) -> None:
    place = tmp_path / "record.db"
    place.touch()
    url = f"sqlite:///{place}"
    await probe_store(url, seconds=5)
    store = Store(url, read_only=True)
    async with store.reading() as connection:
        assert (await connection.execute(sa.text("select name from sqlite_master"))).all() == []
    await store.close()


async def test_a_folder_in_its_place_is_a_problem(tmp_path: Path) -> None:
    threads = threading.active_count()
    with pytest.raises(StoreUnavailable):
        await probe_store(f"sqlite:///{tmp_path}", seconds=5)
    assert threading.active_count() == threads, "one would speak to this loop after its end"


async def test_somebody_elses_lock_is_told_in_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/record.db"
    store = Store(url, seconds=60)
    await store.open()
    async with store.writing():
        with pytest.raises(StoreUnavailable):
            await probe_store(url, seconds=2)
    await store.close()
