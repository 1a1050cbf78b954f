"""The branch databases of docs/systems/branch_databases.md, opened as PostgreSQL, SQLite or MariaDB."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.branches.clerk import Clerk
from twin.branches.mariadb import filled_mariadb
from twin.branches.postgres import PostgresUnavailableError, postgres_branches
from twin.branches.sqlite import sqlite_branches
from twin.counts import Counts
from twin.faults import Faults
from twin.world import World

__all__ = ["Branches", "PostgresUnavailableError", "open_branches"]


@dataclass(frozen=True)
class Branches:
    """Where the databases are.

    `descriptor` is `{"directory": url, "branches": {"0070": {"url": …, "encoding": "cp1256" | "iran_system"}, …},
    "counted": bool}`. The encoding is what the branch declares, and 1530 holds both. `counted` says whether counts and
    faults apply: only in PostgreSQL, whose ports are the twin's own. `clerk` writes into them.
    """

    descriptor: dict[str, Any]
    clerk: Clerk


@asynccontextmanager
async def open_branches(
    world: World,
    *,
    where: str,
    cache: Path,
    faults: Faults,
    counts: Counts,
    progress: Callable[[str], None],
    direct: bool = False,
) -> AsyncIterator[Branches]:
    """`where` is postgres, sqlite, or the URL of a MariaDB server (mysql+asyncmy://user:password@host:port/).

    `direct`: PostgreSQL listens on loopback itself, too, and the descriptor has a second one under "direct".

    Templates are kept in `cache`; each run works on its own copy, which is gone afterwards. Raises
    PostgresUnavailableError with the remedy where PostgreSQL cannot run, ValueError for any other `where`.
    """
    if where == "postgres":
        opened = postgres_branches(world, cache, faults, counts, progress, direct=direct)
    elif where == "sqlite":
        opened = sqlite_branches(world, cache, progress)
    elif where.startswith("mysql+asyncmy://"):
        opened = filled_mariadb(world, where, progress)
    else:
        raise ValueError("the branches are postgres, sqlite, or the URL of a server such as mysql+asyncmy://user@host/")
    async with opened as (descriptor, clerk):
        yield Branches(descriptor, clerk)
