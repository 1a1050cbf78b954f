"""Takes over contracts and registers that were changed on the disk, without a restart and without a gap."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from gateway.rights.contract_text import ContractError
from gateway.rights.register_files import RegisterError

log = structlog.get_logger()

Seen = frozenset[tuple[str, int, int, int]]


class Reloadable(Protocol):
    """Reads its folder anew as a whole, or raises and keeps what it had."""

    @property
    def folder(self) -> Path | None: ...

    def reload(self) -> None: ...


def as_they_are(*folders: Path | None) -> dict[Path, Seen]:
    """To be taken before the first reading, so that no change after it is missed."""
    return {folder: seen(folder) for folder in folders if folder is not None}


async def keep_up(things: tuple[Reloadable, ...], known: dict[Path, Seen], *, seconds: float) -> None:
    """Looks every so many seconds, until cancelled. Files that are refused are told once, and read when they change.

    Reading goes on in a thread: a register may have millions of lines, and nobody waits for it.
    """
    watched = [(thing, thing.folder) for thing in things if thing.folder is not None]
    known = dict(known)
    while watched:
        await asyncio.sleep(seconds)
        for thing, folder in watched:
            now = await asyncio.to_thread(seen, folder)
            if now != known.get(folder):
                known[folder] = now
                await asyncio.to_thread(_taken_over, thing.reload)


def seen(folder: Path) -> Seen:
    """What tells that something in a folder changed: names, times, sizes and inodes of its files."""
    found = set()
    for path in folder.rglob("*"):
        try:
            about = path.stat()
        except OSError:  # gone between listing and looking: the next look will tell
            continue
        if path.is_file():
            found.add((str(path), about.st_mtime_ns, about.st_size, about.st_ino))
    return frozenset(found)


def _taken_over(reload: Callable[[], None]) -> None:
    try:
        reload()
    except (ContractError, RegisterError) as error:
        log.error("rights.refused", file=str(error.file), line=error.line, reason=error.sentence)
    else:
        log.info("rights.taken_over")
