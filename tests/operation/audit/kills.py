"""Kills a serving gateway at random moments and looks for an answer that arrived without its event.

`python -m tests.operation.audit.kills --times 1000` runs it alone and prints its figures.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx
import sqlalchemy as sa

from gateway.operation.audit.store import Store
from gateway.operation.audit.tables import EVENTS
from gateway.operation.audit.verifying import Verdict, verified
from tests.http.issuing import AUDIENCE, ISSUER, TestIssuer
from tests.journeys.processes import ends_with_us
from twin.branches import tables

CLIENTS = 8
LIVES_SECONDS = 0.2  # at most, from its first answer on
START_SECONDS = 60
CITIZENS = ("0013542419", "0061274801", "1278450939", "0439182654", "3875194063", "0064982033")
QUERY = "{ me { nationalId id accessLog(first: 2) { nodes { at } } } }"


@dataclass
class Outcome:
    """`answered` are the request ids of whole answers that held data; `missing` those without an event."""

    kills: int = 0
    answered: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    recorded: int = 0
    verdict: Verdict | None = None
    seconds: float = 0.0


class Serving(Protocol):
    """A gateway process. `kill` is SIGKILL, and waits for the end."""

    def alive(self) -> bool: ...

    def kill(self) -> None: ...


Start = Callable[[dict[str, str], Path], Serving]


class Commanded:
    """`tamin-gateway serve`, as an operator starts it."""

    def __init__(self, environment: dict[str, str], output: Path) -> None:
        with output.open("wb") as out, output.with_suffix(".log").open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", "serve"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                preexec_fn=ends_with_us,
            )

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class Lives:
    """Starts the same command by forks of a process that is ready for it: many more lives in the same time.

    `planted`: each answers without waiting for its event.
    """

    def __init__(self, *, planted: bool = False) -> None:
        self._planted = planted
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.operation.audit.lives"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            preexec_fn=ends_with_us,
        )
        assert self._heard() == "ready"

    def __call__(self, environment: dict[str, str], output: Path) -> "Forked":
        assert self._process.stdin
        life = {"environment": environment, "output": str(output), "planted": self._planted}
        self._process.stdin.write(json.dumps(life) + "\n")
        return Forked(int(self._heard()))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _heard(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


class Forked:
    def __init__(self, pid: int) -> None:
        self._pid = pid

    def alive(self) -> bool:
        if not self._pid:  # its number may be another's by now
            return False
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        if self.alive():
            os.kill(self._pid, signal.SIGKILL)
            while self.alive():
                time.sleep(0.002)
        self._pid = 0


async def kill_often(folder: Path, times: int, *, start: Start, seed: int = 1, most_seconds: float = 1e9) -> Outcome:
    """One record over all lives. Ends early after `most_seconds`; `Outcome.kills` says how often it killed."""
    issuer, chance, outcome = TestIssuer(), random.Random(seed), Outcome()
    (folder / "keys.json").write_bytes(await issuer.document())
    expires = int(time.time()) + 86_400
    tokens = [issuer.token(sub=citizen, exp=expires) for citizen in CITIZENS]
    environment, began = environment_for(folder), time.monotonic()
    while outcome.kills < times and time.monotonic() - began < most_seconds:
        serving = start(environment, folder / "output")
        try:
            url = await _listening(serving, folder / "output")
            await _live_and_die(serving, url, tokens, chance.uniform(0, LIVES_SECONDS), outcome)
        finally:
            serving.kill()
        outcome.kills += 1
        (folder / "output").unlink()
    outcome.seconds = time.monotonic() - began
    await _look(folder, outcome)
    return outcome


def environment_for(folder: Path) -> dict[str, str]:
    """All systems are away, but for an empty directory of branches: what is asked here needs none of them."""
    directory = sa.create_engine(f"sqlite:///{folder}/directory.db")
    tables.directory().create_all(directory)
    directory.dispose()
    nowhere = "http://127.0.0.1:9"
    said = {
        "MASTER_KEY": "ab" * 32,
        "LISTENING__PORT": "0",
        "MEMORY": "off",
        "TOKENS__AUDIENCE": AUDIENCE,
        "TOKENS__ISSUERS": json.dumps([{"issuer": ISSUER, "jwks_file": str(folder / "keys.json")}]),
        "CIVIL_REGISTRY": json.dumps({"url": nowhere, "username": "us", "password": "invented"}),
        "BANK_REFAH": json.dumps({"url": nowhere, "client_id": "us", "secret": "invented"}),
        "LABOUR_MINISTRY": json.dumps({"url": nowhere, "client_id": "us", "client_secret": "invented"}),
        "BRANCH_DATABASES": json.dumps({"directory_url": f"sqlite:///{folder}/directory.db", "branches": {}}),
        "AUDIT__STORE": f"sqlite:///{folder}/record.db",
        "AUDIT__WRITER": "killed",
        "AUDIT__CHECKPOINT_SINK": str(folder / "elsewhere.jsonl"),
        "AUDIT__CHECKPOINT_SECONDS": "0.05",
        "LIMITS__CITIZEN__OPERATIONS_PER_MINUTE": "1000000",
        "LIMITS__CITIZEN__COST_PER_MINUTE": "1000000000",
    }
    return {"PATH": os.environ["PATH"], **{f"TAMIN_{name}": value for name, value in said.items()}}


async def _listening(serving: Serving, output: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        line = _first_line(output)
        if line.endswith("\n"):
            return line.split()[-1]
        if not serving.alive():
            break
        await asyncio.sleep(0.005)
    raise RuntimeError("the gateway did not start; its log is beside its output")


def _first_line(output: Path) -> str:
    return output.read_text() if output.exists() else ""


async def _live_and_die(serving: Serving, url: str, tokens: list[str], seconds: float, outcome: Outcome) -> None:
    """Clients ask one after the other without pause; the process is killed while they do."""
    async with httpx.AsyncClient(base_url=url, timeout=5, limits=httpx.Limits(max_connections=CLIENTS)) as client:
        first = asyncio.Event()
        asking = [asyncio.create_task(_ask(client, tokens[n % len(tokens)], outcome, first)) for n in range(CLIENTS)]
        async with asyncio.timeout(START_SECONDS):
            await first.wait()
        await asyncio.sleep(seconds)
        serving.kill()
        await asyncio.gather(*asking)


async def _ask(client: httpx.AsyncClient, token: str, outcome: Outcome, first: asyncio.Event) -> None:
    while True:
        name = f"kill-{uuid.uuid4()}"
        headers = {"authorization": f"Bearer {token}", "x-request-id": name[5:]}
        try:
            said = await client.post("/graphql", json={"query": QUERY}, headers=headers)
        except httpx.TransportError:
            first.set()
            return  # killed; what had arrived of the answer is no answer
        if said.status_code == 200 and said.json().get("data", {}).get("me"):
            outcome.answered.add(name[5:])
        first.set()


async def _look(folder: Path, outcome: Outcome) -> None:
    store = Store(f"sqlite:///{folder}/record.db", seconds=60)
    await store.open()
    try:
        async with store.reading() as connection:
            recorded = {
                name for (name,) in await connection.execute(EVENTS.select().with_only_columns(EVENTS.c.correlation_id))
            }
        outcome.recorded = len(recorded)
        outcome.missing = outcome.answered - recorded
        held = folder / "elsewhere.jsonl"
        lines = held.read_bytes().split(b"\n")[:-1] if held.exists() else []  # a torn last line was never held
        outcome.verdict = await verified(store, elsewhere=lines)
    finally:
        await store.close()


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--times", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    words.add_argument("--commanded", action="store_true", help="start each life by the command, not by a fork")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start: Start = Commanded if asked.commanded else Lives()
        work = kill_often(Path(folder), asked.times, start=start, seed=asked.seed, most_seconds=asked.seconds)
        outcome = asyncio.run(work)
        if isinstance(start, Lives):
            start.close()
    assert outcome.verdict
    findings = [str(finding) for finding in outcome.verdict.findings]
    print(  # noqa: T201
        f"{outcome.kills} kills in {outcome.seconds:.0f} s; {len(outcome.answered)} answers arrived, "
        f"{len(outcome.missing)} without an event; {outcome.recorded} events, "
        f"{outcome.verdict.checkpoints} checkpoints, "
        f"{outcome.verdict.held_elsewhere} held elsewhere: {'whole' if not findings else findings[:5]}"
    )
    return 1 if outcome.missing or findings or not outcome.answered else 0


if __name__ == "__main__":
    sys.exit(main())
