"""A run's own folder: removed at its end, and by the next run if it was killed before it could."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "tamin-branches-"
SOCKET_PATH_LIMIT = 100  # bytes; macOS takes 103, Linux 107


@contextlib.contextmanager
def scratch_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder that only this user can enter, held by a lock as long as it is used."""
    parent = parent or Path(tempfile.gettempdir())
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        unlocked = folder / "locking"
        with unlocked.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            unlocked.rename(_lock_file(folder))  # another run never sees it without its lock
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Removes folders of our own user whose runs were killed: nobody holds their lock."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # gone meanwhile, in use, or not ours to touch
            if folder.is_symlink() or _lock_file(folder).stat().st_uid != os.geteuid():
                continue
            with _lock_file(folder).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _lock_file(folder: Path) -> Path:
    return folder / "in-use"
