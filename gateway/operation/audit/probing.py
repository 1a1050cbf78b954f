"""Whether the record could be written, for `tamin-gateway check`. Leaves nothing behind."""

import os
from pathlib import Path

from gateway.operation.audit.store import Store, StoreUnavailable, file_of


async def probe_store(url: str, *, seconds: float) -> None:
    """Raises StoreUnavailable.

    A missing file is not made: whoever asks may be somebody else than who will write, and would own it.
    """
    place = file_of(url)
    if place is not None and not place.exists():
        _could_be_made(place)
        return
    store = Store(url, seconds=seconds)
    try:
        await store.rehearse()
    finally:
        await store.close()


def _could_be_made(place: Path) -> None:
    folder = next(parent for parent in place.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StoreUnavailable("the record's store is not there, and cannot be made")
