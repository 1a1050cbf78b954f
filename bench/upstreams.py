"""`python -m bench.upstreams`: the twin in the bench's country, with ready-made answers. Ends with its standard input.

Prints the twin's line of JSON, to which the whole persons are added (`whole`): national code and number of records.
"""

import argparse
import asyncio
import gc
import json
import signal
import sys
import threading
from pathlib import Path

import platformdirs
import uvloop

from bench.country import made_whole
from twin.kept_world import kept_world
from twin.progress import ProgressLine
from twin.sandbox import open_twin
from twin.world import World


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.upstreams", description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=3070)
    parser.add_argument("--whole", type=int, default=400, help="persons with all that the queries ask for (400)")
    usual = platformdirs.user_cache_path("tamin-gateway") / "bench"
    parser.add_argument("--cache", type=Path, default=usual, help="where countries are kept once made (%(default)s)")
    arguments = parser.parse_args()
    cache = arguments.cache
    progress = ProgressLine(sys.stderr)
    world = kept_world(arguments.seed, arguments.people, cache, progress)
    whole = made_whole(world, whole=arguments.whole)
    gc.collect()
    gc.freeze()
    uvloop.run(serve(world, whole, cache, progress))


async def serve(world: World, whole: dict[str, int], cache: Path, progress: ProgressLine) -> None:
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, over.set)

    def read() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=read, daemon=True, name="stdin").start()
    async with open_twin(world, branches="postgres", cache=cache, progress=progress, ready_made=True) as descriptor:
        progress.end()
        sys.stdout.write(json.dumps(descriptor | {"whole": whole}) + "\n")
        sys.stdout.flush()
        await over.wait()


if __name__ == "__main__":
    main()
