"""`python -m twin`: the twin as a process. Prints one line of JSON when all is up; ends with its standard input."""

import argparse
import asyncio
import gc
import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import uvloop

from twin.branches import PostgresUnavailableError
from twin.kept_world import kept_world
from twin.progress import ProgressLine
from twin.sandbox import open_twin
from twin.world import World

DESCRIPTION = """\
Starts stand-ins of the civil registry (SOAP), Bank Refah (signed REST), the Labour Ministry (OAuth2 REST) and the
branch databases (SQL) on loopback, filled with a synthetic country. When all is up, one line of JSON on standard output
tells where each listens, with invented credentials, and where the control API is: GET {control}/_twin/ lists what it
can do. Ends on SIGTERM, on SIGINT, and when its standard input ends.
"""


def main() -> None:
    arguments = _arguments()
    cache = Path(arguments.cache)
    progress = ProgressLine(sys.stderr)
    try:
        world = kept_world(arguments.seed, arguments.people, cache, progress)
        gc.collect()
        gc.freeze()  # the world never goes: the collector need not walk it again
        uvloop.run(_serve(arguments, world, cache, progress))
    except (OSError, PostgresUnavailableError, ValueError) as error:
        progress.end()
        sys.exit(f"the twin could not start: {error}")


async def _serve(arguments: argparse.Namespace, world: World, cache: Path, progress: ProgressLine) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)
    if not arguments.keep_running:
        _watch_stdin(lambda: loop.call_soon_threadsafe(over.set))
    opening = open_twin(
        world,
        branches=arguments.branches,
        cache=cache,
        control_port=arguments.control_port,
        progress=progress,
        ready_made=arguments.ready_made,
    )
    async with opening as descriptor:
        progress.end()
        sys.stdout.write(json.dumps(descriptor) + "\n")
        sys.stdout.flush()
        await over.wait()


def _watch_stdin(ended: Callable[[], Any]) -> None:
    """A thread, since standard input may be a pipe, a file or a terminal."""

    def read() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        ended()

    threading.Thread(target=read, daemon=True, name="stdin").start()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m twin", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=3070, help="what the country is drawn from (3070)")
    parser.add_argument("--people", type=int, default=1000, help="how many persons live in it (1000)")
    parser.add_argument(
        "--branches",
        default="postgres",
        help="postgres: a bundled server behind a proxy that can be slow, silent or cut off; sqlite: plain files; "
        "or mysql+asyncmy://user:password@host/ of a server to fill (postgres)",
    )
    parser.add_argument(
        "--cache",
        default=str(platformdirs.user_cache_path("tamin-gateway") / "twin"),
        help="where worlds and databases are kept once made (%(default)s)",
    )
    parser.add_argument("--control-port", type=int, default=0, help="of the control API; 0 is any free one (0)")
    parser.add_argument(
        "--ready-made",
        action="store_true",
        help="for measurements: answer what was asked before from memory, whatever credentials, conditions and books "
        "say since, and let PostgreSQL be reached past its proxy",
    )
    parser.add_argument("--keep-running", action="store_true", help="do not end when standard input ends")
    arguments = parser.parse_args()
    if arguments.people < 0:
        parser.error("--people must not be negative")
    return arguments


if __name__ == "__main__":
    main()
