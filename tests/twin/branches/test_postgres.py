"""The doors of the branch databases, asked over real sockets as the gateway's drivers ask."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from twin.branches import Branches, open_branches
from twin.branches.rows import rows_of_branch
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPOSITORY = Path(__file__).parents[3]
SARA = "0013542419"
RECORDS = "SELECT * FROM dskwor00 WHERE per_natcod = $1::bpchar ORDER BY rec_id"


class Sandbox:
    def __init__(self, branches: Branches, faults: Faults, counts: Counts, said: list[str]) -> None:
        self.branches, self.faults, self.counts, self.said = branches, faults, counts, said

    def url(self, branch: str) -> str:
        descriptor = self.branches.descriptor
        return str(descriptor["directory"] if branch == "directory" else descriptor["branches"][branch]["url"])

    async def connect(self, branch: str = "0070", **options: Any) -> Any:
        return await asyncpg.connect(self.url(branch).replace("+asyncpg", ""), **options)

    def asked(self, branch: str = "0070") -> dict[str, int]:
        return dict(self.counts.as_json()["branch_databases"].get(branch, {}))

    def running(self, branch: str = "0070") -> int:
        return self.counts._running[f"branch_databases.{branch}", "dskwor00"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(world: World, cache: Path) -> AsyncIterator[Sandbox]:
    faults, counts, said = Faults(), Counts(), list[str]()
    async with open_branches(
        world, where="postgres", cache=cache, faults=faults, counts=counts, progress=said.append
    ) as branches:
        yield Sandbox(branches, faults, counts, said)


@pytest.fixture
def sandbox(opened: Sandbox) -> Iterator[Sandbox]:
    opened.faults.clear()
    opened.counts.reset()
    yield opened
    opened.faults.clear()


async def test_the_rows_of_the_world_are_there_padded_and_in_raw_bytes(sandbox: Sandbox, world: World) -> None:
    connection = await sandbox.connect("1210")
    found = await connection.fetch("SELECT * FROM dskwor00 ORDER BY rec_id")
    await connection.close()
    made = [row for name, rows in rows_of_branch(world, "1210") if name == "dskwor00" for row in rows]
    assert [tuple(row) for row in found] == made


async def test_each_execution_counts_once_with_asyncpg(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    for _ in range(3):  # prepared once, executed three times
        assert await connection.fetch(RECORDS, SARA)
    prepared = await connection.prepare("SELECT count(*) FROM bail")
    await prepared.fetchval()
    await prepared.fetchval()
    await connection.execute("SELECT 1")
    await connection.close()
    assert sandbox.asked() == {"dskwor00": 3, "bail": 2, "other": 1}


async def test_each_execution_counts_once_with_sqlalchemy(sandbox: Sandbox) -> None:
    engine = create_async_engine(sandbox.url("2450"))
    statement = text("SELECT rec_id FROM dskwor00 WHERE per_natcod = CAST(:code AS CHAR(10))")
    for _ in range(2):
        async with engine.connect() as connection:
            for code in (SARA, "1278450939"):
                assert (await connection.execute(statement, {"code": code})).all()
    await engine.dispose()
    assert sandbox.asked("2450")["dskwor00"] == 4
    assert set(sandbox.asked("2450")) == {"dskwor00", "other"}


async def test_a_statement_counts_under_its_main_table(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    for statement in (
        "SELECT rec_id FROM spcwor00 UNION ALL SELECT rec_id FROM dskwor00",
        'WITH w AS (SELECT * FROM public."workshop") SELECT * FROM w JOIN debit ON debit.wshid = w.wshid',
        "SELECT fname FROM\n bail",
        "SELECT d.* FROM (SELECT 1) AS one, debit_ledger d",
    ):
        await connection.fetch(statement)
    await connection.close()
    assert sandbox.asked() == {"dskwor00": 1, "workshop": 1, "bail": 1, "other": 1}


async def test_a_statement_that_arrives_in_single_bytes_counts_once(sandbox: Sandbox) -> None:
    relay = await asyncio.start_server(lambda r, w: _byte_by_byte(r, w, sandbox), "127.0.0.1", 0)
    url = make_url(sandbox.url("0070")).set(port=relay.sockets[0].getsockname()[1])
    connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    assert await connection.fetch(RECORDS, SARA)
    await connection.close()
    relay.close()
    assert sandbox.asked()["dskwor00"] == 1


async def test_the_most_in_flight_is_known(sandbox: Sandbox) -> None:
    sandbox.faults.put("branch_databases", Fault(kind="delay", milliseconds=50))
    connections = [await sandbox.connect() for _ in range(3)]
    await asyncio.gather(*(connection.fetch(RECORDS, SARA) for connection in connections))
    for connection in connections:
        await connection.close()
    assert sandbox.counts.as_json()["in_flight_max"]["branch_databases"]["0070"]["dskwor00"] == 3
    assert sandbox.running() == 0


async def test_the_descriptor_names_each_branch_and_its_declared_code_page(sandbox: Sandbox) -> None:
    branches = sandbox.branches.descriptor["branches"]
    assert {code: branch["encoding"] for code, branch in branches.items()} == {
        "0070": "cp1256",
        "0960": "cp1256",
        "1210": "iran_system",
        "1530": "iran_system",
        "2450": "cp1256",
    }
    assert make_url(branches["0070"]["url"]).database == "branch_0070"
    connection = await sandbox.connect("directory")
    names = await connection.fetch("SELECT brcode, brname FROM branch ORDER BY brcode")
    await connection.close()
    assert tuple(names[0]) == ("0070", "شعبه ۷۰ تهران")


async def test_the_role_may_only_read(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM dskwor00")
    await connection.close()


# faults


async def test_a_delay_holds_statements_but_not_start_up_nor_other_statements(sandbox: Sandbox) -> None:
    sandbox.faults.put("branch_databases.0070", Fault(kind="delay", milliseconds=600_000))
    held, free = await sandbox.connect(), await sandbox.connect()
    prepared = await held.prepare("SELECT count(*) FROM dskwor00")
    waiting = asyncio.create_task(prepared.fetchval())
    await free.execute("SELECT 1")
    assert not waiting.done()
    held.terminate()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await waiting
    sandbox.faults.put("branch_databases.0070", Fault(kind="delay", milliseconds=300))
    prepared = await free.prepare("SELECT count(*) FROM dskwor00")
    started = time.monotonic()
    assert await prepared.fetchval()
    assert time.monotonic() - started > 0.29
    await free.close()


async def test_a_held_statement_can_be_cancelled(sandbox: Sandbox) -> None:
    sandbox.faults.put("branch_databases.0070", Fault(kind="delay", milliseconds=30_000))
    connection = await sandbox.connect()
    with pytest.raises(TimeoutError):
        await connection.fetch(RECORDS, SARA, timeout=0.1)
    sandbox.faults.clear()
    assert await connection.fetch(RECORDS, SARA)
    await connection.close()


async def test_an_error_fails_the_statement_and_the_connection_lives_on(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    await connection.fetch(RECORDS, SARA)
    sandbox.faults.put("branch_databases.0070", Fault(kind="error"))
    for ask in (connection.fetch(RECORDS, SARA), connection.execute("SELECT * FROM bail")):
        with pytest.raises(asyncpg.PostgresIOError):
            await ask
    async with connection.transaction():
        assert await connection.fetchval("SELECT 1") == 1
    with pytest.raises(asyncpg.PostgresIOError):
        async with connection.transaction():
            await connection.fetch(RECORDS, SARA)
    sandbox.faults.clear()
    assert await connection.fetch(RECORDS, SARA)
    await connection.close()
    assert sandbox.running() == 0


async def test_an_error_with_a_rate_strikes_some(sandbox: Sandbox) -> None:
    sandbox.faults.put("branch_databases.0070", Fault(kind="error", rate=0.5))
    connection = await sandbox.connect()
    results = []
    for _ in range(40):
        try:
            results.append(bool(await connection.fetch(RECORDS, SARA)))
        except asyncpg.PostgresIOError:
            results.append(False)
    await connection.close()
    assert 8 < sum(results) < 32


async def test_a_silent_branch_accepts_and_never_answers(sandbox: Sandbox) -> None:
    warm = await sandbox.connect()
    sandbox.faults.put("branch_databases.0070", Fault(kind="silent"))
    port = make_url(sandbox.url("0070")).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\0\0\0\x08\0\3\0\0")
    asking = asyncio.ensure_future(warm.fetch(RECORDS, SARA))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.2)
    assert not asking.done()
    sandbox.faults.clear()  # what was swallowed stays unanswered: those connections end
    with pytest.raises(asyncpg.PostgresConnectionError):
        await asking
    writer.close()
    connection = await sandbox.connect()
    assert await connection.fetch(RECORDS, SARA)
    await connection.close()


async def test_a_refusing_branch_drops_everyone_and_comes_back_at_the_same_port(sandbox: Sandbox) -> None:
    warm = await sandbox.connect()
    sandbox.faults.put("branch_databases", Fault(kind="refused"))
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError)):
        await warm.fetch(RECORDS, SARA)
    await asyncio.sleep(0.05)
    with pytest.raises(OSError, match=r"(?i)refused|connect"):
        await sandbox.connect()
    sandbox.faults.clear("branch_databases")
    await asyncio.sleep(0.05)
    connection = await sandbox.connect()
    assert await connection.fetch(RECORDS, SARA)
    await connection.close()


async def test_a_cut_ends_the_connection_within_the_answer(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    sandbox.faults.put("branch_databases.0070", Fault(kind="cut"))
    with pytest.raises((asyncpg.PostgresConnectionError, OSError)):
        await connection.fetch(RECORDS, SARA)
    assert connection.is_closed()
    assert sandbox.running() == 0


@pytest.mark.parametrize(
    ("kind", "error"), [("closed", asyncpg.CannotConnectNowError), ("quota", asyncpg.TooManyConnectionsError)]
)
async def test_a_closed_or_full_branch_says_so_to_old_connections_and_new(
    sandbox: Sandbox, kind: str, error: type[Exception]
) -> None:
    warm = await sandbox.connect()
    sandbox.faults.put("branch_databases.0070", Fault(kind=kind))
    with pytest.raises(error):
        await warm.fetch(RECORDS, SARA)
    with pytest.raises(error):
        await sandbox.connect()
    sandbox.faults.clear()
    assert await warm.fetch(RECORDS, SARA)
    await warm.close()
    await (await sandbox.connect()).close()


async def test_a_lying_branch_garbles_text_and_nothing_else(sandbox: Sandbox) -> None:
    connection = await sandbox.connect()
    true = await connection.fetchrow(RECORDS, SARA)
    sandbox.faults.put("branch_databases.0070", Fault(kind="lying", how="garbled"))
    false = await connection.fetchrow(RECORDS, SARA)
    await connection.close()
    assert all(byte < 9 for byte in false["dsw_fname"].strip(b" "))
    assert {name for name in true.keys() if true[name] != false[name]} == {  # noqa: SIM118  # a Record iterates over values
        "dsw_fname", "dsw_lname", "dsw_dname", "dsw_idplc", "dsw_sex", "dsw_nat", "dsw_ocp",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("how", "column", "expected"),
    [
        ("another_person", "per_natcod", "0499370899"),
        ("another_person", "asked", "0499370899"),
        ("month_13", "dsw_mm", 13),
        ("amount", "dsw_mash", 10**15),
    ],
)
async def test_a_lying_branch_tells_what_cannot_be(sandbox: Sandbox, how: str, column: str, expected: object) -> None:
    connection = await sandbox.connect()
    sandbox.faults.put("branch_databases.0070", Fault(kind="lying", how=how))
    rows = await connection.fetch(RECORDS.replace("*", "*, per_natcod AS asked"), SARA)
    await connection.close()
    assert rows
    assert {row[column] for row in rows} == {expected}


# the template, and what is left behind


async def test_a_template_is_made_once_and_copied_afterwards(world: World, tmp_path: Path) -> None:
    said: list[list[str]] = [[], []]
    for progress in said:
        async with open_branches(
            world, where="postgres", cache=tmp_path, faults=Faults(), counts=Counts(), progress=progress.append
        ) as branches:
            url = branches.descriptor["branches"]["0960"]["url"].replace("+asyncpg", "")
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("SELECT count(*) FROM dskwor00") > 0
            await connection.close()
    assert "once" in said[0][0]
    assert said[1] == ["copying the branch databases from their template"]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
async def test_no_process_and_no_folder_is_left_after_the_twin_was_killed(world: World, cache: Path) -> None:
    program = Path(__file__).with_name("branches_child.py")
    child = await asyncio.create_subprocess_exec(
        sys.executable, program, cache, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}
    )
    try:
        assert child.stdout
        pid, folder = (await child.stdout.readline()).decode().split()
        assert _runs(int(pid))
    finally:
        child.send_signal(signal.SIGKILL)
        await child.wait()
    await _until(lambda: not _runs(int(pid)))
    async with open_branches(
        world, where="sqlite", cache=cache, faults=Faults(), counts=Counts(), progress=lambda said: None
    ):
        await _until(lambda: not Path(folder).exists())  # this run removes it, unless another one is at it


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come true within 15 seconds")


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


async def _byte_by_byte(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sandbox: Sandbox) -> None:
    there, back = await asyncio.open_connection("127.0.0.1", make_url(sandbox.url("0070")).port)

    async def slowly() -> None:
        while data := await reader.read(4096):
            for byte in data:
                back.write(bytes([byte]))
                await back.drain()
                await asyncio.sleep(0)
        back.close()

    async def quickly() -> None:
        while data := await there.read(4096):
            writer.write(data)
        writer.close()

    await asyncio.gather(slowly(), quickly())
