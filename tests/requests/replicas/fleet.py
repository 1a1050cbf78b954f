"""Replicas that are killed in between: children that are asked over their pipes, and begun anew when they die.

Who asks a fleet is answered by some replica. The question of one that died is asked of another, word for word, as a
client does with its idempotency key.
"""

import asyncio
import contextlib
import itertools
import json
import random
import sys
from collections import deque
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from tests.journeys.processes import ends_with_us

LATEST_KILL = 0.98  # of the work: the rest shows that it ends
MOST_DEATHS_OF_THEIR_OWN = 10
LINE_BYTES = 1 << 20
END_SECONDS = 30.0
LOG_CHARACTERS = 4_000

Said = dict[str, Any]


class Died(Exception):
    """Before it had answered."""


class Failed(Exception):
    """A replica has raised: the message names the class."""


class Replica:
    """`ready` once it takes questions; `over` once it has ended, of itself unless it was `killed`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Said]] = {}
        self.ready = asyncio.Event()
        self.killed = self.over = False

    async def ask(self, question: Mapping[str, Any]) -> Said:
        """Raises Died, Failed."""
        if self.over:
            raise Died
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin
        self._process.stdin.write(json.dumps(dict(question) | {"number": number}).encode() + b"\n")
        said = await self._waiting[number]
        if "failed" in said:
            raise Failed(said["failed"])
        return said

    async def listen(self) -> None:
        """Until its end."""
        assert self._process.stdout
        async for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # half a line of one that was killed
            said = json.loads(line)
            if "ready" in said:
                self.ready.set()
            else:
                _settle(self._waiting.pop(said.pop("number")), said)
        await self._process.wait()
        self.over = True
        for waiting in self._waiting.values():
            _settle(waiting, Died())

    def kill(self) -> None:
        self.killed = True
        self._process.kill()

    async def close(self) -> None:
        """Lets it end by itself."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            async with asyncio.timeout(END_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()


class Fleet:
    """Make it with `sailing`. `kills`, `asked_again` after a death, and `own_deaths` that nobody wanted.

    Kills are spread over the whole of the `work`, which `one_done` counts. Replicas write to `log`.
    """

    def __init__(self, chance: random.Random, log: Path, *, work: int, kills: int) -> None:
        self._log = log
        self._chance = chance
        most = max(2, int(work * LATEST_KILL))
        self._marks = deque(sorted(chance.randrange(1, most) for _ in range(kills)))
        self._living: list[Replica] = []
        self._done = 0
        self.kills = self.asked_again = self.own_deaths = 0

    async def ask(self, **question: Any) -> Said:
        """Raises Failed."""
        while True:
            replica = await self._anyone()
            try:
                return await replica.ask(question)
            except Died:
                self.asked_again += 1

    def one_done(self) -> None:
        self._done += 1
        while self._marks and self._marks[0] <= self._done:
            self._marks.popleft()
            self._kill_one()

    def kill_if_left(self) -> bool:
        """For the time after the last is done: one of the kills that are left; False if none is."""
        if not self._marks:
            return False
        self._marks.popleft()
        self._kill_one()
        return True

    async def keep_one(self, module: str, place: Mapping[str, Any]) -> None:
        """Begins a replica whenever there is none, until it is cancelled."""
        while self.own_deaths <= MOST_DEATHS_OF_THEIR_OWN:
            replica = Replica(await _begun(module, place, self._log))
            self._living.append(replica)
            try:
                await replica.listen()
            except asyncio.CancelledError:
                await replica.close()
                raise
            self._living.remove(replica)
            self.own_deaths += not replica.killed
        raise Failed(f"replicas die by themselves: {self._log.read_text(errors='replace')[-LOG_CHARACTERS:]}")

    def _kill_one(self) -> None:
        self.kills += 1
        ready = [replica for replica in self._living if replica.ready.is_set() and not replica.killed]
        self._chance.choice(ready or self._living).kill()

    async def _anyone(self) -> Replica:
        while True:
            ready = [replica for replica in self._living if replica.ready.is_set() and not replica.over]
            if ready:
                return self._chance.choice(ready)
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def sailing(fleet: Fleet, module: str, place: Mapping[str, Any], replicas: int) -> AsyncIterator[Fleet]:
    """That many replicas while the block runs. `module` is run with its `place` as JSON."""
    async with asyncio.TaskGroup() as group:
        keeping = [group.create_task(fleet.keep_one(module, place)) for _ in range(replicas)]
        try:
            yield fleet
        finally:
            for each in keeping:
                each.cancel()


def _settle(waiting: asyncio.Future[Said], said: Said | Died) -> None:
    if waiting.done():
        return  # whoever asked waits no longer
    if isinstance(said, Died):
        waiting.set_exception(said)
    else:
        waiting.set_result(said)


async def _begun(module: str, place: Mapping[str, Any], log: Path) -> asyncio.subprocess.Process:
    with log.open("ab") as standard_error:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module, json.dumps(dict(place))),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=standard_error,
            limit=LINE_BYTES,
            preexec_fn=ends_with_us,
        )
