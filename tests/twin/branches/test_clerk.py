"""Lists that were handed in become rows of the branch: once, in each server, in the branch's own manner."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.twin.branches.conftest import KAVEH, SARA
from twin.branches import Branches, open_branches
from twin.branches.clerk import HandedList
from twin.branches.code_pages import cp1256, iran_system, padded
from twin.counts import Counts
from twin.faults import Faults
from twin.world import BRANCHES, World

REFERENCE, OTHER = "a" * 32, "b" * 32
NOW = 1_795_671_854.5


@pytest.fixture(params=["postgres", "sqlite"])
async def branches(request: pytest.FixtureRequest, world: World, cache: Path) -> AsyncIterator[Branches]:
    async with open_branches(
        world, where=request.param, cache=cache, faults=Faults(), counts=Counts(), progress=lambda said: None
    ) as opened:
        yield opened


def handed(branch: str = "0070", **changes: Any) -> HandedList:
    return msgspec.convert(handed_fields(branch) | changes, HandedList)


def handed_fields(branch: str) -> dict[str, Any]:
    sums = {"days": 30, "daily": 1, "monthly": 30, "benefits": 4, "insurable": 34, "gross": 35, "insuredShare": 2}
    worker = {
        "nationalCode": SARA,
        "insuranceNo": "0012345678",
        "firstName": "سارا",
        "lastName": "رضایی",
        "fatherName": "غلامعلی",
        "shenasnameNo": "417",
        "issuePlace": "اهواز",
        "issueDate": "",
        "birthDate": "13650412",
        "sex": "زن",
        "nationality": "ایرانی",
        "occupation": "حسابدار",
        "startDate": "",
        "endDate": "",
        "rate": 0,
        "job": "",
        "sums": sums,
    }
    return {
        "workshopCode": f"{branch}012345",
        "year": 1405,
        "month": 8,
        "listNo": "01",
        "contractRow": "",
        "workshopName": "کارگاه چاپ",
        "employerName": "کاوه",
        "address": "تهران",
        "description": "",
        "sums": sums,
        "employerShare": 7,
        "unemployment": 1,
        "rate": 30,
        "hazardous": 0,
        "workers": [worker, worker | {"nationalCode": KAVEH, "insuranceNo": "0012345679", "firstName": "کاوه"}],
    }


async def rows(branches: Branches, name: str, statement: str) -> list[Any]:
    """As whoever asks the branch from outside sees it."""
    told = branches.descriptor
    engine = create_async_engine(
        told["directory"] if name == "directory" else told["branches"][name]["url"], poolclass=NullPool
    )
    async with engine.connect() as connection:
        found = (await connection.execute(text(statement))).all()
    await engine.dispose()
    return list(found)


MONTH = "FROM dskwor00 WHERE dsw_yy = 5 AND dsw_mm = 8 ORDER BY rec_id"


async def test_a_list_becomes_rows_and_comes_twice_in_vain(branches: Branches) -> None:
    first = await branches.clerk.enter("0070", REFERENCE, "1" * 12, handed(), NOW)
    again = await branches.clerk.enter("0070", REFERENCE, "1" * 12, handed(), NOW + 60)
    assert (first.result, first.number, first.at) == ("RECORDED", "0070-000001", NOW)
    assert again == first
    written = await rows(branches, "0070", f"SELECT rec_id, per_natcod, dsw_fname, dsw_mash, dsw_listno {MONTH}")
    before = await rows(branches, "0070", "SELECT max(rec_id) FROM dskwor00 WHERE dsw_yy <> 5")
    assert [int(row.rec_id) - before[0][0] for row in written] == [1, 2]
    assert [row.per_natcod.strip() for row in written] == [SARA, KAVEH]
    assert [row.dsw_listno.strip() for row in written] == ["01", "01"]
    assert [int(row.dsw_mash) for row in written] == [34, 34]
    assert bytes(written[0].dsw_fname) == padded("سارا", 60, cp1256)
    (head,) = await rows(branches, "0070", "SELECT dsk_num, dsk_tkoso FROM dskkar00 WHERE dsk_yy = 5 AND dsk_mm = 8")
    assert (int(head.dsk_num), int(head.dsk_tkoso)) == (2, 7)
    assert [entry["reference"] for entry in await branches.clerk.entries("0070")] == [REFERENCE]


async def test_each_branch_writes_in_its_own_manner(branches: Branches) -> None:
    for branch in BRANCHES:
        entry = await branches.clerk.enter(branch, REFERENCE, "1" * 12, handed(branch), NOW)
        assert entry.result == "RECORDED"
    (row, _) = await rows(branches, "1210", f"SELECT dsw_fname, dsw_inc {MONTH}")
    assert bytes(row.dsw_fname) == padded("سارا", 60, iran_system)
    (row, _) = await rows(branches, "0960", f"SELECT per_natcod, dsw_id1 {MONTH}")
    assert (row.per_natcod.strip(), row.dsw_id1.strip()) == (SARA.lstrip("0"), "12345678")


async def test_the_directory_learns_who_is_new_in_a_branch(branches: Branches) -> None:
    known = f"SELECT seq, natcod, brcode FROM insured_branch WHERE natcod = '{KAVEH}' ORDER BY seq"  # noqa: S608
    before = await rows(branches, "directory", known)
    (last,) = await rows(branches, "directory", "SELECT max(seq) AS seq FROM insured_branch")
    assert "1530" not in [row.brcode for row in before]
    await branches.clerk.enter("1530", REFERENCE, "1" * 12, handed("1530"), NOW)
    await branches.clerk.enter("1530", REFERENCE, "1" * 12, handed("1530"), NOW)
    after = await rows(branches, "directory", known)
    assert [(row.seq, row.brcode) for row in after[len(before) :]] == [(last.seq + 1, "1530")]


async def test_what_a_branch_does_not_enter(branches: Branches) -> None:
    assert (await branches.clerk.enter("0960", REFERENCE, "", handed("0070"), NOW)).result == "UNKNOWN_WORKSHOP"
    assert (await branches.clerk.enter("0070", REFERENCE, "", handed(), NOW)).result == "RECORDED"
    assert (await branches.clerk.enter("0070", OTHER, "", handed(), NOW)).result == "ALREADY_LISTED"
    for otherwise in ({"month": 9}, {"listNo": "02"}, {"contractRow": "001"}):
        reference = str(otherwise)[:32]
        assert (await branches.clerk.enter("0070", reference, "", handed(**otherwise), NOW)).result == "RECORDED"
    assert len(await rows(branches, "0070", "SELECT 1 FROM dskkar00 WHERE dsk_yy = 5")) == 4
