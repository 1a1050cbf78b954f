"""Whether the record could be written, for `tamin-gateway check`. Leaves nothing behind."""

import os
import sqlite3
from pathlib import Path

from gateway.operation.audit.store import Store, StoreUnavailable
from gateway.stores.engines import file_of


async def probe_store(url: str, *, seconds: float) -> None:
    """Raises StoreUnavailable.

    A missing file is not made: whoever asks may be somebody else than who will write, and would own it.
    """
    place = file_of(url)
    if place is not None and not place.exists():
        _could_be_made(place)
        return
    if place is not None:
        _open(place)
    store = Store(url, seconds=seconds)
    try:
        await store.rehearse()
    finally:
        await store.close()


def _open(place: Path) -> None:
    """What cannot be opened at all is found here: the asynchronous driver ends a connection that never opened in its
    own time, and its thread would speak to a loop that may be gone by then, as that of a command is."""
    try:
        sqlite3.connect(f"{place.absolute().as_uri()}?mode=rw", uri=True).close()
    except sqlite3.Error as problem:
        raise StoreUnavailable(f"the record's store fails: {type(problem).__name__}") from None


def _could_be_made(place: Path) -> None:
    folder = next(parent for parent in place.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StoreUnavailable("the record's store is not there, and cannot be made")
