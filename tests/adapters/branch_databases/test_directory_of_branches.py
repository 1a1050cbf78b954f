"""The replica of the directory: loaded in the background, in pages, and worth as much when the directory is gone."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.failure import SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceStatus

SARA = NationalId("0013542419")
MINA = NationalId("1278450939")


async def status(databases: Any, person: NationalId) -> Any:
    return (await databases.insurances_by_person([person]))[person].value.status


async def becomes(databases: Any, person: NationalId, expected: InsuranceStatus) -> None:
    for _ in range(100):
        if await status(databases, person) is expected:
            return
        await asyncio.sleep(0.03)
    raise AssertionError(f"never {expected}")


async def known(stand: Any, person: NationalId) -> None:
    await stand.branches["0070"].write("insured", {"per_natcod": person.digits})


async def test_the_gateway_starts_without_a_directory_and_recovers_by_itself(stand: Any, tmp_path: Path) -> None:
    await known(stand, SARA)
    await stand.holds(SARA, "0070")
    away = tmp_path / "away"
    async with stand.open(directory_url=f"sqlite:///{away}") as databases:
        with pytest.raises(SourceUnavailable) as failure:
            await databases.insurances_by_person([SARA])
        assert failure.value.retry_after is not None
        assert failure.value.retry_after >= 1
        (tmp_path / "directory").rename(away)
        for _ in range(100):
            try:
                assert await status(databases, SARA) is InsuranceStatus.ACTIVE
                break
            except SourceUnavailable:
                await asyncio.sleep(0.05)
        else:
            raise AssertionError("it never recovered")


async def test_a_dead_directory_costs_nothing_once_it_was_read(stand: Any, tmp_path: Path) -> None:
    await known(stand, SARA)
    await stand.holds(SARA, "0070")
    async with stand.open() as databases:
        assert await status(databases, SARA) is InsuranceStatus.ACTIVE
        (tmp_path / "directory").unlink()
        await asyncio.sleep(0.15)
        assert await status(databases, SARA) is InsuranceStatus.ACTIVE


async def test_what_is_new_is_read_at_the_next_refresh(stand: Any) -> None:
    await known(stand, SARA)
    async with stand.open() as databases:
        assert await status(databases, SARA) is InsuranceStatus.NO_LINK
        await stand.holds(SARA, "0070")
        await becomes(databases, SARA, InsuranceStatus.ACTIVE)


async def test_a_directory_that_was_built_anew_is_read_anew(stand: Any) -> None:
    await known(stand, SARA)
    await known(stand, MINA)
    for _ in range(3):
        await stand.holds(MINA, "0070")
    await stand.holds(SARA, "0070")
    async with stand.open() as databases:
        assert await status(databases, SARA) is InsuranceStatus.ACTIVE
        await stand.directory.run("DELETE FROM insured_branch")
        await stand.directory.write("insured_branch", {"natcod": MINA.digits, "brcode": "0070", "seq": 1})
        await becomes(databases, MINA, InsuranceStatus.ACTIVE)


@pytest.mark.parametrize("same_seq", [False, True])
async def test_the_directory_is_read_in_pages_to_its_end(stand: Any, same_seq: bool) -> None:
    people = [f"{number:010}" for number in range(1, 40)]
    for seq, person in enumerate(people, start=1):
        row = {"natcod": person, "brcode": "0070", "seq": 7 if same_seq else seq}
        await stand.directory.write("insured_branch", row)
    await stand.holds(SARA, "0070")
    await stand.directory.run(f"UPDATE insured_branch SET seq = 99 WHERE natcod = '{SARA.digits}'")  # noqa: S608
    await known(stand, SARA)
    async with stand.open(directory_page=5) as databases:
        assert await status(databases, SARA) is InsuranceStatus.ACTIVE


async def test_a_replica_in_a_file_serves_a_gateway_that_starts_while_the_directory_is_away(
    stand: Any, tmp_path: Path
) -> None:
    await known(stand, SARA)
    await stand.holds(SARA, "0070")
    file = str(tmp_path / "replica")
    async with stand.open(replica_file=file):
        pass
    async with stand.open(replica_file=file, directory_url="postgresql://x@127.0.0.1:1/x") as databases:
        assert await status(databases, SARA) is InsuranceStatus.ACTIVE
    with sqlite3.connect(file) as db:
        assert db.execute("SELECT brcode FROM insured_branch").fetchall() == [("0070",)]
    db.close()
