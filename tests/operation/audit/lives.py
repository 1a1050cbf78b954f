"""Forks serving gateways on demand, from a process that has imported them and built their schema already.

Each line on standard input is a life to begin: `{"environment", "output", "planted"}`; the answer is its process id.
"""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from gateway import cli
from gateway.operation.audit.recorder import GroupRecorder
from gateway.schema import build_schema
from gateway.schema.printing import sdl
from tests.journeys.processes import ends_with_us

SCHEMA, SDL = build_schema(), sdl()
LATE_SECONDS = 0.02
_late: set[asyncio.Future[None]] = set()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears them away
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        life = json.loads(line)
        child = os.fork()
        if not child:
            _serve(**life)
        print(child, flush=True)  # noqa: T201


def _serve(environment: dict[str, str], output: str, planted: bool) -> None:
    """As `tamin-gateway serve` does, with its output in files. Does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ends_with_us()
    os.environ.clear()
    os.environ.update(environment)
    _write_to(output, 1, os.O_TRUNC)
    _write_to(f"{output}.log", 2, os.O_APPEND)
    vars(cli).update(build_schema=lambda: SCHEMA, sdl=lambda: SDL)
    if planted:
        _answer_too_early()
    try:
        cli.serve(trusted_documents=None)
    finally:
        os._exit(1)


def _write_to(path: str, number: int, how: int) -> None:
    os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), number)


def _answer_too_early() -> None:
    """The defect that the kills are there to find: an answer that does not wait for its event."""
    promised = GroupRecorder.record

    async def later(recorder: GroupRecorder, event: Any) -> None:
        await asyncio.sleep(LATE_SECONDS)
        await promised(recorder, event)

    async def too_early(recorder: GroupRecorder, event: Any) -> None:
        _late.add(asyncio.ensure_future(later(recorder, event)))

    GroupRecorder.record = too_early  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    main()
