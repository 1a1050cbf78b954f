"""Changed files are taken over while the gateway runs; bad ones are told to the operator and change nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId
from gateway.rights.contract_files import Contracts
from gateway.rights.grantable import Grantable
from gateway.rights.registers import Registers
from gateway.rights.watching import as_they_are, keep_up
from tests.rights.contracts.conftest import ROOT, SHIPPED
from twin.named import NAMED

MINA = NationalId(NAMED["mina"].code)


@asynccontextmanager
async def keeping(contracts: Contracts, registers: Registers) -> AsyncIterator[None]:
    known = as_they_are(contracts.folder, registers.folder)
    task = asyncio.create_task(keep_up((contracts, registers), known, seconds=0.01))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - files tell nobody that they changed
            await asyncio.sleep(0.01)


@pytest.fixture
def held(tmp_path: Path, grantable: Grantable) -> tuple[Contracts, Registers]:
    shutil.copytree(SHIPPED, tmp_path / "contracts")
    shutil.copytree(ROOT / "gateway" / "sandbox_registers", tmp_path / "registers")
    return Contracts(tmp_path / "contracts", grantable), Registers(tmp_path / "registers", SystemClock())


async def test_changed_files_are_taken_over(held: tuple[Contracts, Registers], tmp_path: Path) -> None:
    contracts, registers = held
    async with keeping(contracts, registers):
        (tmp_path / "contracts" / "relief.toml").unlink()
        await until(lambda: contracts.for_client("relief") is None)
        with (tmp_path / "registers" / "relations" / "court.csv").open("a") as file:
            file.write(f"{MINA.digits},\n")
        await until(lambda: registers.holds("court", MINA))


async def test_a_new_token_in_the_list_is_revoked_without_a_restart(
    held: tuple[Contracts, Registers], tmp_path: Path
) -> None:
    contracts, registers = held
    async with keeping(contracts, registers):
        (tmp_path / "registers" / "revoked.csv").write_text("token_id\nstolen\n")
        await until(lambda: registers.revoked("stolen"))


async def test_a_bad_file_is_told_once_with_its_line_and_the_old_ones_stay(
    held: tuple[Contracts, Registers], tmp_path: Path
) -> None:
    contracts, registers = held
    bad = tmp_path / "registers" / "protected.csv"
    with capture_logs() as lines:
        async with keeping(contracts, registers):
            bad.write_text("national_code\n1278450930\n")
            await until(lambda: any(line["event"] == "rights.refused" for line in lines))
            await asyncio.sleep(0.1)
            assert registers.protected(NationalId(NAMED["leila"].code))
            bad.write_text("national_code\n")
            await until(lambda: not registers.protected(NationalId(NAMED["leila"].code)))
    told = [line for line in lines if line["event"] == "rights.refused"]
    assert [(line["file"], line["line"]) for line in told] == [(str(bad), 2)]
    assert "1278450930" not in str(told)


async def test_nothing_is_read_again_while_nothing_changes(
    held: tuple[Contracts, Registers], monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts, registers = held
    read: list[str] = []
    monkeypatch.setattr(contracts, "reload", lambda: read.append("contracts"))
    monkeypatch.setattr(registers, "reload", lambda: read.append("registers"))
    async with keeping(contracts, registers):
        await asyncio.sleep(0.15)
    assert read == []


async def test_what_changed_between_the_first_look_and_the_watch_is_read(
    held: tuple[Contracts, Registers], tmp_path: Path
) -> None:
    contracts, registers = held
    known = as_they_are(contracts.folder, registers.folder)
    (tmp_path / "registers" / "revoked.csv").write_text("token_id\nstolen\n")
    task = asyncio.create_task(keep_up((contracts, registers), known, seconds=0.01))
    await until(lambda: registers.revoked("stolen"))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
