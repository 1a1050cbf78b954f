"""Where checkpoints are held elsewhere, so that not even whoever owns the store can rewrite the record unseen."""

import asyncio
import os
from pathlib import Path
from typing import Protocol

import msgspec


class SinkUnavailable(Exception):
    """The sink did not take a checkpoint."""


class CheckpointSink(Protocol):
    async def last_number(self) -> int:
        """The number of the last checkpoint it holds; 0 for none."""
        ...

    async def take(self, line: bytes) -> None:
        """Holds a signed checkpoint durably when it returns. Raises SinkUnavailable."""
        ...


class FileSink:
    """Appends a line a checkpoint to a file: on another machine's disk, or one that only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def last_number(self) -> int:
        try:
            return await asyncio.to_thread(self._last_number)
        except (OSError, msgspec.MsgspecError, KeyError) as problem:
            raise SinkUnavailable(f"the sink of checkpoints cannot be read: {type(problem).__name__}") from None

    async def take(self, line: bytes) -> None:
        try:
            await asyncio.to_thread(self._append, line)
        except OSError as problem:
            raise SinkUnavailable(f"the sink of checkpoints cannot be written: {type(problem).__name__}") from None

    def _append(self, line: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _last_number(self) -> int:
        """Also cuts off a last line that a crash left half written: it is shipped again."""
        if not self._path.exists():
            return 0
        with self._path.open("r+b") as file:
            *whole, torn = file.read().split(b"\n")
            if torn:
                file.seek(-len(torn), os.SEEK_END)
                file.truncate()
        return int(msgspec.json.decode(whole[-1])["checkpoint"]["number"]) if whole else 0
