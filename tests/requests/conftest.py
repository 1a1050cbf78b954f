"""A twin that listens in a process of its own, and lives that can be killed."""

import contextlib
import json
import subprocess
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.processes import ends_with_us


class Board:
    """The running commission of the twin; `descriptor` says where its other systems are."""

    def __init__(self, descriptor: dict[str, Any]) -> None:
        self.descriptor = descriptor
        self.office: dict[str, Any] = descriptor["medical_commission"]
        self._control = httpx.Client(base_url=descriptor["control"], timeout=10)
        weakref.finalize(self, self._control.close)

    def set(self, **conditions: Any) -> None:
        self._control.put("/_twin/commission", json=conditions).raise_for_status()

    def files(self) -> dict[str, Any]:
        """By reference."""
        said = self._control.get("/_twin/commission/files").raise_for_status().json()["files"]
        return {file["reference"]: file for file in said}

    def close(self) -> None:
        self._control.close()


@contextlib.contextmanager
def running_board() -> Iterator[Board]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.requests.board"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ends_with_us,
    )
    assert process.stdin
    assert process.stdout
    board = Board(json.loads(process.stdout.readline()))
    try:
        yield board
    finally:
        board.close()
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="session")
def board() -> Iterator[Board]:
    with running_board() as running:
        yield running
