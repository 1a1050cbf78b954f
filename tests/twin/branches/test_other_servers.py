"""The same rows in SQLite and MariaDB, and the sentences for what cannot be opened."""

import asyncio
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from twin.branches import PostgresUnavailableError, open_branches, tables
from twin.counts import Counts
from twin.faults import Faults
from twin.world import BRANCHES, World

Contents = dict[str, dict[str, list[tuple[Any, ...]]]]  # rows by database and table


async def contents(world: World, where: str, cache: Path) -> Contents:
    """Every row of every database as plain values, code columns without the padding that MariaDB does not give back."""
    found: Contents = {}
    async with open_branches(
        world, where=where, cache=cache, faults=Faults(), counts=Counts(), progress=lambda said: None
    ) as branches:
        urls = {code: branch["url"] for code, branch in branches.descriptor["branches"].items()}
        for name, url in (urls | {"directory": branches.descriptor["directory"]}).items():
            metadata = tables.directory() if name == "directory" else tables.branch(name)
            engine = create_async_engine(url, poolclass=NullPool)
            async with engine.connect() as connection:
                found[name] = {
                    table: sorted(
                        (tuple(_plain(value) for value in row) for row in await connection.execute(_all_of(table))),
                        key=repr,
                    )
                    for table in metadata.tables
                }
            await engine.dispose()
    return found


async def test_sqlite_holds_the_same_rows_as_postgres(world: World, cache: Path) -> None:
    here, there = await contents(world, "sqlite", cache), await contents(world, "postgres", cache)
    assert set(here) == {*BRANCHES, "directory"}
    assert len(here["0070"]["dskwor00"]) > 100
    assert here == there


async def test_sqlite_keeps_the_padding_in_the_data(world: World, cache: Path) -> None:
    async with open_branches(
        world, where="sqlite", cache=cache, faults=Faults(), counts=Counts(), progress=lambda said: None
    ) as branches:
        assert branches.descriptor["counted"] is False
        file = make_url(branches.descriptor["branches"]["0960"]["url"]).database
        engine = create_async_engine(branches.descriptor["branches"]["0960"]["url"], poolclass=NullPool)
        async with engine.connect() as connection:
            row = (await connection.execute(text("SELECT per_natcod, dsw_fname FROM dskwor00 LIMIT 1"))).one()
        await engine.dispose()
    assert (row[0], len(row[1])) == ("13542419  ", 60)
    assert file
    assert not await asyncio.to_thread(Path(file).exists)


async def test_mariadb_holds_the_same_rows_and_is_left_clean(world: World, cache: Path, mariadb: str) -> None:
    assert await contents(world, mariadb, cache) == await contents(world, "sqlite", cache)
    engine = create_async_engine(mariadb, poolclass=NullPool)
    async with engine.connect() as connection:
        databases = (await connection.execute(text("SHOW DATABASES"))).scalars().all()
    await engine.dispose()
    assert not [name for name in databases if name.startswith("tamin")]


async def test_without_a_server_the_sentence_names_the_remedy(
    world: World, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PostgresUnavailableError, match="--branches sqlite"):
        await contents(world, "postgres", cache)


async def test_an_unknown_place_is_refused_with_a_sentence(world: World, cache: Path) -> None:
    with pytest.raises(ValueError, match=r"postgres, sqlite, or the URL"):
        await contents(world, "oracle", cache)


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server, install = shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), shutil.which("mariadb-install-db")
    if server is None or install is None:
        pytest.skip("no MariaDB server on this machine")
    folder = Path(tempfile.mkdtemp(prefix="tamin-mariadb-"))  # the server's user cannot enter pytest's own folders
    root = ["--user=mysql"] if _are_root() else []
    if root:
        shutil.chown(folder, "mysql")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = f"--datadir={folder}/data"
    own = ["--no-defaults", *root, data]
    subprocess.run(
        [install, *own, "--skip-test-db", "--auth-root-authentication-method=normal"], check=True, capture_output=True
    )
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--skip-log-bin"]
    listen = ["--bind-address=127.0.0.1", f"--port={port}", f"--socket={folder}/s", f"--pid-file={folder}/pid"]
    process = subprocess.Popen([server, *own, *quick, *listen], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"mysql+asyncmy://root@127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _are_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _all_of(table: str) -> Any:
    return text(f"SELECT * FROM {table}")  # noqa: S608  # our own table names


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.rstrip(" ")
    return value if value is None or isinstance(value, bytes) else int(value)
