"""The twin without its branches, in a process of its own: prints where it listens, ends with its standard input."""

import asyncio
import json
import sys

from twin.counts import Counts
from twin.faults import Faults
from twin.population import build_world
from twin.sandbox import open_http_systems


async def main() -> None:
    async with open_http_systems(build_world(1, 20), Faults(), Counts()) as descriptor:
        print(json.dumps(descriptor), flush=True)  # noqa: T201
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
