"""The store itself, where its driver leaves something to be wished for."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.requests.database import Database

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("text", sa.String))
LONG = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500000) SELECT max(x) FROM n"


async def test_a_transaction_that_is_broken_off_leaves_the_file_to_others_whoever_holds_its_cursor(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/requests.db"
    broken, other = Database(url), Database(url)
    await broken.open(NOTES.metadata)
    asking, cursors = asyncio.Event(), []

    async def work() -> None:
        async with broken.writing() as connection:
            await connection.execute(NOTES.insert().values(text="never"))
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver
            cursors.append(await driver.execute("SELECT 1 UNION SELECT 2"))  # as a traceback does, not read to its end
            asking.set()
            await connection.execute(sa.text(LONG))

    task = asyncio.create_task(work())
    await asking.wait()
    await asyncio.sleep(0.01)  # in the middle of the question
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with other.writing() as connection:
        await connection.execute(NOTES.insert().values(text="kept"))
    async with broken.reading() as connection:
        assert (await connection.execute(NOTES.select())).scalars().all() == ["kept"]
    await other.close()
    await broken.close()
