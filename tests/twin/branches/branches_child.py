"""Opens the small world's branches, says the server's pid and folder, and waits to be killed."""

import asyncio
import sys
from pathlib import Path

from twin.branches.postgres import running_postgres

sys.path.insert(0, str(Path(__file__).parent))
from conftest import small_world  # type: ignore[import-not-found]


async def main() -> None:
    async with running_postgres(small_world(), Path(sys.argv[1]), lambda said: None) as socket:
        pid = (socket.parent / "data" / "postmaster.pid").read_text().split()[0]
        print(pid, socket.parent, flush=True)  # noqa: T201
        await asyncio.sleep(60)


asyncio.run(main())
