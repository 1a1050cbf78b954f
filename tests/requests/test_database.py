"""The store itself, where its driver leaves something to be wished for."""

from pathlib import Path

import sqlalchemy as sa

from gateway.requests.database import Database
from tests.broken_off import broken_off

NOTES = sa.Table("notes", sa.MetaData(), sa.Column("text", sa.String))


async def test_a_transaction_that_is_broken_off_leaves_the_file_to_others_whoever_holds_its_cursor(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/requests.db"
    broken, other = Database(url), Database(url)
    await broken.open(NOTES.metadata)
    held = await broken_off(broken.writing, NOTES.insert().values(text="never"))
    async with other.writing() as connection:
        await connection.execute(NOTES.insert().values(text="kept"))
    async with broken.reading() as connection:
        assert (await connection.execute(NOTES.select())).scalars().all() == ["kept"]
    assert held, "until here"
    await other.close()
    await broken.close()
